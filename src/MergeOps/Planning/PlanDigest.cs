using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Methods.PostProcessing;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes.Declarations;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>
/// Digests of decisions: SHA-256 over canonical JSON. Estimates, device, threads, memory, shard layout and absolute paths
/// stay outside, so that a plan has one digest on every machine.
/// </summary>
internal static class PlanDigest
{
    /// <summary>Moves by hand when the engine's arithmetic around the methods (conversion, rounding, order) moves a byte.</summary>
    public const int EngineFormat = 1;

    // one for each thread, since a plan has a digest for each of its tensors
    [ThreadStatic]
    private static CanonicalJsonWriter? writer;

    /// <summary>The digest of one tensor's job, lower-case hex.</summary>
    /// <param name="job">The job.</param>
    /// <param name="contents">The files that it and others read.</param>
    public static string Of(TensorJob job, FileContents contents) => BytesOf(job, contents).ToString();

    /// <summary>The digest of one tensor's job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="contents">The files that it and others read.</param>
    public static JobDigest BytesOf(TensorJob job, FileContents contents)
    {
        var json = (writer ??= new()).Clear();
        json.BeginObject();
        if (job.AllowsNonFinite)
        {
            json.Name("allowsNonFinite").Value(true);
        }

        Write(json.Name("base"), job.Base, contents);
        json.Name("dtype").Value(job.DType.Name());
        json.Name("engineFormat").Value(EngineFormat);
        if (job.Factor is { } factor)
        {
            WriteFactor(json.Name("factor"), job, factor, contents);
        }

        json.Name("inputs").BeginArray();
        foreach (var input in job.Inputs)
        {
            Write(json, input, contents);
        }

        json.EndArray();
        json.Name("method").Value(job.MethodName);
        json.Name("methodVersion").Value(job.MethodVersion);
        json.Name("name").Value(job.Name);
        Write(json.Name("parameters"), job.Parameters);
        if (job.Method is PostProcessedMethod { Steps: var steps })
        {
            json.Name("post").Value(new JsonArray([.. steps.Select(PostJson)]));
        }

        if (job.Scan is { } scan)
        {
            json.Name("scan").Value(scan.Digest);
        }

        json.Name("seed").Value(job.Seed);
        json.Name("shape").Value(job.Shape.AsSpan());
        if (!job.Statistics.IsEmpty)
        {
            WriteStatistics(json.Name("statistics"), job, contents);
        }

        if (job.Tail is { } tail)
        {
            json.Name("tail").Value(TailJson(tail, contents));
        }

        json.EndObject();
        var digest = default(JobDigest);
        json.Digest(digest);
        return digest;
    }

    /// <summary>The digest of a whole plan; its <see cref="MergePlan.Digest"/> is not part of it.</summary>
    public static string Of(MergePlan plan)
    {
        var json = new CanonicalJsonWriter();
        json.BeginObject();
        json.Name("companions").Value(new JsonArray([.. plan.Companions.Select(companion => CompanionJson(companion, plan))]));
        json.Name("config").Value(plan.Config);
        json.Name("engineFormat").Value(EngineFormat);
        json.Name("jobs").BeginArray();
        foreach (var job in plan.Jobs)
        {
            job.WriteDigest(json);
        }

        json.EndArray();
        if (!plan.NewFiles.IsEmpty)
        {
            json.Name("newFiles").Value(new JsonObject(plan.NewFiles.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)JsonValue.Create(file.Value)))));
        }

        json.EndObject();
        return json.Digest();
    }

    /// <summary>How decisions write the digest of a file: a SHA-256 is bare there; null stays null.</summary>
    public static string? TextOf(BlobDigest? digest) => digest is { Kind: DigestKind.Sha256 } sha256 ? sha256.Hex : digest?.ToString();

    /// <summary>The resolved parameters as canonical texts.</summary>
    public static JsonObject Json(ResolvedParameters parameters)
    {
        var json = new JsonObject();
        foreach (var (parameter, value) in parameters.Values)
        {
            json.Add(parameter.Name, value.ToString());
        }

        return json;
    }

    private static JsonObject PostJson(PostStep step) => new()
    {
        ["name"] = step.Processor.Name,
        ["version"] = step.Processor.Version,
        ["parameters"] = Json(step.Parameters),
        ["position"] = step.Position.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void WriteStatistics(CanonicalJsonWriter json, TensorJob job, FileContents contents)
    {
        json.BeginArray();
        foreach (var statistic in job.Statistics)
        {
            json.BeginObject();
            json.Name("kind").Value(RecipeKeys.NameOf(statistic.Kind));
            json.Name("of").Value(statistic.Of);
            if (statistic.Source is { } source)
            {
                source.WriteTo(json.Name("source"), contents.Of);
            }
            else
            {
                json.Name("source").Null();
            }

            json.EndObject();
        }

        json.EndArray();
    }

    private static JsonObject CompanionJson(CompanionFile companion, MergePlan plan)
    {
        var json = new JsonObject
        {
            ["path"] = companion.Path,
            ["digest"] = TextOf(plan.Owners[companion.Model].FileDigests.GetValueOrDefault(companion.Path)),
        };
        if (companion.Edit is { } edit)
        {
            json["edit"] = edit.Terms;
        }

        return json;
    }

    private static void WriteFactor(CanonicalJsonWriter json, TensorJob job, LoraFactor factor, FileContents contents)
    {
        json.BeginObject();
        json.Name("changed").Value(factor.Changed.Shape.AsSpan());
        Write(json.Name("compared"), job.Compared, contents);
        json.Name("of").Value(factor.IsFirst ? "a" : "b");
        json.Name("rank").Value(factor.Rank);
        json.Name("scale").Value(factor.Scale.ToString("R", CultureInfo.InvariantCulture));
        json.Name("turned").Value(factor.IsTurned);
        json.Name("version").Value(LoraFactor.Version);
        json.EndObject();
    }

    // that an input is cut to the output's shape is said by that shape
    private static void Write(CanonicalJsonWriter json, JobInput? input, FileContents contents)
    {
        if (input is null)
        {
            json.Null();
            return;
        }

        json.BeginObject();
        (input.Source is Cut cut ? cut.Source : input.Source).WriteTerms(json, contents.Of);
        Write(json.Name("parameters"), input.Parameters);
        json.EndObject();
    }

    private static void Write(CanonicalJsonWriter json, ResolvedParameters parameters)
    {
        json.BeginObject();
        foreach (var (parameter, value) in parameters.Values)
        {
            json.Name(parameter.Name).Value(value.ToString());
        }

        json.EndObject();
    }

    // the last rows are known by their number
    private static JsonNode TailJson(JobInput input, FileContents contents)
    {
        var rows = (Slice)input.Source;
        var whole = new CanonicalJsonWriter();
        Write(whole, input with { Source = rows.Source }, contents);
        var terms = JsonNode.Parse(whole.Written)!;
        terms["shape"] = new JsonArray([.. rows.Shape.Select(dimension => JsonValue.Create(dimension))]);
        return terms;
    }
}
