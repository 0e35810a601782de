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

    /// <summary>The digest of one tensor's job.</summary>
    public static string Of(TensorJob job, ImmutableArray<PlannedModel> owners)
    {
        var decisions = new JsonObject
        {
            ["engineFormat"] = EngineFormat,
            ["name"] = job.Name,
            ["dtype"] = job.DType.ToString(),
            ["shape"] = new JsonArray([.. job.Shape.Select(dimension => JsonValue.Create(dimension))]),
            ["method"] = job.MethodName,
            ["methodVersion"] = job.MethodVersion,
            ["parameters"] = Json(job.Parameters),
            ["seed"] = job.Seed,
            ["base"] = job.Base is { } baseInput ? Json(baseInput, owners) : null,
            ["inputs"] = new JsonArray([.. job.Inputs.Select(input => Json(input, owners))]),
        };
        if (job.Method is PostProcessedMethod { Steps: var steps })
        {
            decisions["post"] = new JsonArray([.. steps.Select(PostJson)]);
        }

        if (job.Tail is { } tail)
        {
            decisions["tail"] = TailJson(tail, owners);
        }

        if (job.Scan is { } scan)
        {
            decisions["scan"] = scan.Digest;
        }

        if (!job.Statistics.IsEmpty)
        {
            decisions["statistics"] = new JsonArray([.. job.Statistics.Select(statistic => StatisticJson(statistic, owners))]);
        }

        if (job.AllowsNonFinite)
        {
            decisions["allowsNonFinite"] = true;
        }

        if (job.Factor is { } factor)
        {
            decisions["factor"] = FactorJson(job, factor, owners);
        }

        return CanonicalJson.Digest(decisions);
    }

    /// <summary>The digest of a whole plan; its <see cref="MergePlan.Digest"/> is not part of it.</summary>
    public static string Of(MergePlan plan)
    {
        var decisions = new JsonObject
        {
            ["engineFormat"] = EngineFormat,
            ["jobs"] = new JsonArray([.. plan.Jobs.Select(job => JsonValue.Create(job.Digest))]),
            ["config"] = plan.Config,
            ["companions"] = new JsonArray(
            [
                .. plan.Companions.Select(companion => CompanionJson(companion, plan)),
            ]),
        };
        if (!plan.NewFiles.IsEmpty)
        {
            decisions["newFiles"] = new JsonObject(plan.NewFiles.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)JsonValue.Create(file.Value))));
        }

        return CanonicalJson.Digest(decisions);
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

    private static JsonObject StatisticJson(JobStatistic statistic, ImmutableArray<PlannedModel> owners) => new()
    {
        ["of"] = statistic.Of,
        ["kind"] = RecipeKeys.NameOf(statistic.Kind),
        ["source"] = statistic.Source?.Terms(stored => ContentOf(owners[stored.Owner], stored.Tensor.File)),
    };

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

    private static JsonObject FactorJson(TensorJob job, LoraFactor factor, ImmutableArray<PlannedModel> owners) => new()
    {
        ["version"] = LoraFactor.Version,
        ["of"] = factor.IsFirst ? "a" : "b",
        ["rank"] = factor.Rank,
        ["scale"] = factor.Scale.ToString("R", CultureInfo.InvariantCulture),
        ["turned"] = factor.IsTurned,
        ["changed"] = new JsonArray([.. factor.Changed.Shape.Select(dimension => JsonValue.Create(dimension))]),
        ["compared"] = job.Compared is { } compared ? Json(compared, owners) : null,
    };

    // that an input is cut to the output's shape is said by that shape
    private static JsonObject Json(JobInput input, ImmutableArray<PlannedModel> owners)
    {
        var terms = (input.Source is Cut cut ? cut.Source : input.Source).Terms(stored => ContentOf(owners[stored.Owner], stored.Tensor.File));
        terms["parameters"] = Json(input.Parameters);
        return terms;
    }

    // the last rows are known by their number
    private static JsonObject TailJson(JobInput input, ImmutableArray<PlannedModel> owners)
    {
        var rows = (Slice)input.Source;
        var terms = Json(input with { Source = rows.Source }, owners);
        terms["shape"] = new JsonArray([.. rows.Shape.Select(dimension => JsonValue.Create(dimension))]);
        return terms;
    }

    // a file without a lock is known by its header, its size and a sample: enough to tell plans apart, not to reuse tensors by
    private static string ContentOf(PlannedModel model, string file)
    {
        var header = model.Checkpoint.Files.First(f => f.Path == file);
        return TextOf(model.FileDigests.GetValueOrDefault(file)) ?? $"unlocked:{header.HeaderDigest}:{header.Size}:{model.FileSamples[file]}";
    }
}
