using System.Text.Json;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.External;

/// <summary>
/// The results file of one task of MTEB (<c>mteb/results/task_result.py</c>) for one model: <c>scores</c> holds a list for each
/// split, with an entry for each subset. A metric is named <c>METRIC</c>, <c>METRIC,SPLIT</c> or <c>METRIC,SPLIT,SUBSET</c>. The
/// same experiments of two models are compared one by one.
/// </summary>
internal sealed class MtebResults : ResultsFile
{
    private const double Rounding = 1e-6;
    private const int LongestText = 128;

    private readonly JsonElement root;

    private MtebResults(JsonElement root) => this.root = root;

    /// <summary>The results that a file holds; null when it is none of MTEB.</summary>
    public static MtebResults? Find(JsonElement root) =>
        Member(root, "task_name") is { ValueKind: JsonValueKind.String } && Member(root, "scores") is { ValueKind: JsonValueKind.Object } ? new(root) : null;

    /// <inheritdoc/>
    public override ExternalScore Find(ExternalMetric wanted)
    {
        var task = root.GetProperty("task_name").GetString();
        if (task != wanted.Task)
        {
            return ExternalScore.Missing($"the results are of the task '{task}', not of '{wanted.Task}'");
        }

        var key = wanted.Key.Split(',');
        var entries = (from split in root.GetProperty("scores").EnumerateObject()
                       where key.Length < 2 || split.Name == key[1]
                       where split.Value.ValueKind is JsonValueKind.Array
                       from entry in split.Value.EnumerateArray()
                       let subset = Text(entry, "hf_subset") ?? "default"
                       where key.Length < 3 || subset == key[2]
                       where Member(entry, key[0]) is not null
                       select (Name: $"{key[0]},{split.Name},{subset}", Entry: entry)).ToList();
        if (entries is not [var (name, only)])
        {
            return ExternalScore.Missing(entries.Count == 0
                ? $"the task '{task}' has no metric '{wanted.Key}'"
                : $"the task '{task}' has '{wanted.Key}' several times; name one of {string.Join(", ", entries.Select(entry => $"'{entry.Name}'"))}");
        }

        if (Number(only, key[0]) is not { } value)
        {
            return ExternalScore.Missing($"'{name}' of the task '{task}' is not a number");
        }

        return ExternalScore.Of(value, null) with
        {
            Samples = Experiments(only, key[0]) is { } experiments && Math.Abs(experiments.Mean - value) <= Rounding * Math.Max(1, Math.Abs(value)) ? experiments : null,
            TaskVersion = Text(root, "dataset_revision"),
            HigherIsBetter = true,
            Harness = Text(root, "mteb_version"),
            Tool = "MTEB",
        };
    }

    private static SampleScores? Experiments(JsonElement entry, string metric)
    {
        if (Member(entry, "scores_per_experiment") is not { ValueKind: JsonValueKind.Array } list)
        {
            return null;
        }

        var scores = list.EnumerateArray().Select(experiment => Number(experiment, metric)).ToList();
        return scores.Count > 1 && scores.TrueForAll(score => score is not null)
            ? SampleScores.Of(scores.Select((score, index) => ($"experiment {index}", (string?)null, score!.Value)))
            : null;
    }

    private static string? Text(JsonElement holder, string name) =>
        Member(holder, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 and <= LongestText } text ? text : null;
}
