using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Reports;
using MergeOps.Recipes;
using MergeOps.Sources.Locking;

namespace MergeOps.Publishing;

/// <summary>
/// The merged model's scores on benchmarks of the Hub, in the form in which leaderboards collect them
/// (<c>.eval_results/*.yaml</c>, huggingface.co/docs/hub/eval-results). One file for each, because the Hub judges files as a
/// whole. There is no date in them: the Hub takes that of the commit, and the same version has the same bytes everywhere.
/// </summary>
internal static class BenchmarkResults
{
    /// <summary>The folder that the Hub reads.</summary>
    public const string Folder = ".eval_results";

    private const int Decimals = 10;

    /// <summary>The files by their paths; none for scores that were not measured.</summary>
    public static IEnumerable<(string Path, string Yaml)> Of(PublicationContent content)
    {
        var scores = BenchmarkScore.AllOf(content.Recipe.Evaluate);
        if (scores.IsEmpty || content.EvaluationJson is not { } text || EvaluationJson.Read(text) is not { } evaluation || evaluation.Find(ModelRole.Merged) is not { } merged)
        {
            yield break;
        }

        var inputs = content.ReadLock();
        var names = FileSlugs.Of(scores, NameOf, "result");
        foreach (var score in scores)
        {
            if (Measured(score, evaluation, merged) is var (value, notes))
            {
                yield return ($"{Folder}/{names[score]}.yaml", SecretText.Redact(YamlText.Write(new JsonArray(Entry(score, value, notes, inputs)))));
            }
        }
    }

    private static string NameOf(BenchmarkScore score) => $"{score.Benchmark.Dataset.Value}/{score.Benchmark.Task.Value}";

    private static (double Value, string Notes)? Measured(BenchmarkScore score, EvaluationRecord evaluation, RecordedModel merged)
    {
        var figure = score.Figure.ToString();
        if (score.Task is null)
        {
            return merged.External.GetValueOrDefault(figure) is { Value: { } external } found ? (external, $"{score.Figure.Metric.Name}: {ModelIndex.MeaningOf(found)}") : null;
        }

        var items = evaluation.Data.FirstOrDefault(data => data.Name == score.Figure.Subject)?.Items;
        return merged.Figures.TryGetValue(figure, out var value)
            ? (value, $"{score.Figure.Metric.Name} ({score.Figure.Metric.CardMeaning}){(items is { } count ? $", n = {count}" : "")}, scored by MergeOps")
            : null;
    }

    private static JsonObject Entry(BenchmarkScore score, double value, string notes, ModelLock? inputs)
    {
        var dataset = new JsonObject { ["id"] = score.Benchmark.Dataset.Value, ["task_id"] = score.Benchmark.Task.Value };
        if (RevisionOf(score, inputs) is { } revision)
        {
            dataset["revision"] = revision;
        }

        return new JsonObject
        {
            ["dataset"] = dataset,
            // 0.07 is 7 and not 7.000000000000001
            ["value"] = score.Benchmark.Percent is { Value: true } ? Math.Round(value * 100, Decimals) : value,
            ["notes"] = notes,
        };
    }

    // where the items are the benchmark's own, their commit is known
    private static string? RevisionOf(BenchmarkScore score, ModelLock? inputs) =>
        score.Task is { Data.Value: var data } && HubFileReference.TryParse(data, out _) is { IsDataset: true } file && string.Equals(file.Repository, score.Benchmark.Dataset.Value, StringComparison.OrdinalIgnoreCase)
            ? inputs?.Find(data, LockedKind.Dataset)?.Commit
            : null;
}
