using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Tasks;
using MergeOps.Models.Embeddings;
using MergeOps.Pipeline;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;
using TextFieldParser = Microsoft.VisualBasic.FileIO.TextFieldParser;

namespace MergeOps.Tests.Models.Embeddings;

/// <summary>
/// Two published embedding models on the 1 379 pairs of the STS benchmark's test set. They need what
/// <c>build/EmbeddingModels</c> makes, and the pairs of PhilipMay/stsb-multi-mt as <c>stsb-en-test.csv</c> beside it, in the
/// folder that MERGEOPS_EMBEDDING_MODELS names; without it they are skipped. The figures are the published ones, and those of
/// our merges as transformers 5.12 scores them.
/// </summary>
public sealed class RealEmbeddingModelsTests : IDisposable
{
    private const string Base = "all-MiniLM-L6-v2";
    private const string Other = "snowflake-arctic-embed-xs";
    private const string Query = "Represent this sentence for searching relevant passages: ";
    private const double Tolerance = 0.02;

    // a minute each
    private static readonly Dictionary<string, ItemScores> Known = [];

    private static readonly string Folder = Environment.GetEnvironmentVariable("MERGEOPS_EMBEDDING_MODELS") ?? "";

    private readonly TemporaryFolder work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData("all-MiniLM-L6-v2", "", 82.03)]
    [InlineData("snowflake-arctic-embed-xs", "", 69.97)]
    [InlineData("snowflake-arctic-embed-xs", Query, 79.18)]
    [InlineData("slerp-0.3", "", 82.29)]
    [InlineData("linear-0.5", "", 81.09)]
    public void A_models_correlation_is_the_published_one(string model, string prompt, double expected)
    {
        var (subject, scores) = Score(model, prompt);

        var part = new Spearman().Of(new(subject, scores, null));

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{model}: {part.Value:F2} ({part.Estimate!.Value.Interval.Lower:F2} to {part.Estimate.Value.Interval.Upper:F2}), {scores.Conditions}"));
        Assert.Equal(expected, part.Value, Tolerance);
    }

    /// <summary>The interval of the same pairs by another program is −0.68 to +1.25.</summary>
    [Fact]
    public void A_small_gain_is_not_worse_at_a_margin_of_1_and_undecided_at_one_half()
    {
        var (subject, merged) = Score("slerp-0.3", "");
        var (_, parent) = Score("all-MiniLM-L6-v2", "");

        var difference = new Spearman().Of(new(subject, merged, parent)).Estimate!.Value;

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{difference.Value:F2} ({difference.Interval.Lower:F2} to {difference.Interval.Upper:F2})"));
        Assert.Equal(0.26, difference.Value, Tolerance);
        Assert.Equal(-0.68, difference.Interval.Lower, 0.1);
        Assert.Equal(1.25, difference.Interval.Upper, 0.1);
        var measured = Measured.Of(difference, subject.Size);
        Assert.Equal(GateVerdict.Passed, GateDecision.Of(measured, new GateBound(-1, "the 'margin' of 1"), null).Verdict);
        Assert.Equal(GateVerdict.Undecided, GateDecision.Of(measured, new GateBound(-0.5, "the 'margin' of 0.5"), null).Verdict);
    }

    private (Subject Subject, ItemScores Scores) Score(string model, string prompt)
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Folder, Base)) && Directory.Exists(Path.Combine(Folder, Other)), "no models in MERGEOPS_EMBEDDING_MODELS");
        var kind = TaskKind.Of(new(At("stsb"), new Sts(), At("stsb.jsonl"), null, Anywhere)
        {
            Values = new(new Dictionary<string, Located<object>> { ["prompt"] = new(prompt, Anywhere) }),
        });
        var subject = new Subject("stsb", kind, [.. Pairs()], "");
        if (Known.TryGetValue(model + prompt, out var known))
        {
            return (subject, known);
        }

        using var opened = EmbeddingOpener.TryOpen(Directory.Exists(Path.Combine(Folder, model)) ? Path.Combine(Folder, model) : Merged(model), out var whyNot)
            ?? throw new InvalidOperationException(whyNot);
        return (subject, Known[model + prompt] = subject.Complete(kind.Score(opened, subject.Items, TestContext.Current.CancellationToken)));
    }

    // the other one has no pooler, which embeddings leave unused
    private string WithoutPooler(string model)
    {
        var copy = work["without-pooler"];
        Directory.CreateDirectory(Path.Combine(copy, "1_Pooling"));
        foreach (var file in Directory.GetFiles(Path.Combine(Folder, model), "*.json", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(copy, Path.GetRelativePath(Path.Combine(Folder, model), file)), overwrite: true);
        }

        var bytes = File.ReadAllBytes(Path.Combine(Folder, model, "model.safetensors"));
        var start = 8 + (int)BitConverter.ToInt64(bytes);
        var header = JsonNode.Parse(bytes.AsSpan(8, start - 8))!.AsObject();
        var kept = header.Where(tensor => tensor.Key != "__metadata__" && !tensor.Key.StartsWith("pooler", StringComparison.Ordinal))
            .Select(tensor => (tensor.Key, Tensor: tensor.Value!, From: (int)tensor.Value!["data_offsets"]![0]!, To: (int)tensor.Value["data_offsets"]![1]!)).ToList();
        var (written, content, end) = (new JsonObject(), new MemoryStream(), 0);
        foreach (var (name, tensor, from, to) in kept)
        {
            written[name] = new JsonObject
            {
                ["dtype"] = tensor["dtype"]!.DeepClone(),
                ["shape"] = tensor["shape"]!.DeepClone(),
                ["data_offsets"] = new JsonArray(end, end += to - from),
            };
            content.Write(bytes, start + from, to - from);
        }

        var text = Encoding.UTF8.GetBytes(written.ToJsonString());
        work.Write("without-pooler/model.safetensors", [.. BitConverter.GetBytes((long)text.Length), .. text, .. content.ToArray()]);
        return "without-pooler";
    }

    // by its name: slerp-0.3
    private string Merged(string name)
    {
        var (method, share) = (name.Split('-')[0], name.Split('-')[1]);
        var rest = (1 - double.Parse(share, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
        var (weightOfBase, weightOfOther) = method == "slerp" ? ("", "") : ($", parameters: {{ weight: {rest} }}", $", parameters: {{ weight: {share} }}");
        var parent = WithoutPooler(Base);
        var recipe = work.Write("recipe.yml", Encoding.UTF8.GetBytes($$"""
            merge_method: {{method}}
            {{(method == "slerp" ? $"base_model: {parent}\nparameters: {{ t: {share} }}" : "")}}
            models:
              - { model: {{parent}}{{weightOfBase}} }
              - { model: {{PathOf(Other)}}{{weightOfOther}} }
            dtype: float32

            """));
        var plan = RecipeFile.Read(recipe).Plan();
        Assert.False(plan.HasErrors, string.Join('\n', plan.Findings.Select(finding => finding.Detail)));
        return plan.MergeAsync(work["merged"], cancellation: TestContext.Current.CancellationToken).GetAwaiter().GetResult().Folder;

        string PathOf(string model) => Path.GetRelativePath(work.Path, Path.Combine(Folder, model));
    }

    private static IEnumerable<PairItem> Pairs()
    {
        using var parser = new TextFieldParser(Path.Combine(Folder, "stsb-en-test.csv")) { Delimiters = [","], TrimWhiteSpace = false };
        while (parser.ReadFields() is { } fields)
        {
            yield return new(fields[0], fields[1], double.Parse(fields[2], CultureInfo.InvariantCulture));
        }
    }
}
