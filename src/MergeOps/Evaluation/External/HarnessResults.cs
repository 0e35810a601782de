using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.External;

/// <summary>
/// The results file of EleutherAI's lm-evaluation-harness (<c>lm_eval/result_schema.py</c> at 4e7e0d4) for one model. What
/// is missing, <c>"N/A"</c> or no finite number is no score, and says why.
/// </summary>
internal sealed class HarnessResults : ResultsFile
{
    private const string StandardErrorMark = "_stderr";
    private const int LongestText = 128;
    private const int MostListed = 12;

    private readonly JsonElement root;

    private HarnessResults(JsonElement root) => this.root = root;

    /// <summary>The results that a file holds; null when it is none of lm-evaluation-harness.</summary>
    public static HarnessResults? Find(JsonElement root) => Member(root, "results") is { ValueKind: JsonValueKind.Object } ? new(root) : null;

    /// <inheritdoc/>
    public override ExternalScore Find(ExternalMetric wanted)
    {
        var results = root.GetProperty("results");
        if (Member(results, wanted.Task) is not { ValueKind: JsonValueKind.Object } task)
        {
            return ExternalScore.Missing($"the results have no task '{wanted.Task}'; there are {Listed(NamesOf(results), wanted.Task)}");
        }

        var scores = NamesOf(task).Where(name => name.Contains(',', StringComparison.Ordinal) && !name.Contains(StandardErrorMark + ",", StringComparison.Ordinal)).ToList();
        var fitting = scores.FindAll(name => name == wanted.Key || name.StartsWith(wanted.Key + ",", StringComparison.Ordinal));
        if (fitting is not [var key])
        {
            return ExternalScore.Missing(fitting.Count == 0
                ? $"the task '{wanted.Task}' has no metric '{wanted.Key}'; there are {Listed(scores, wanted.Key)}"
                : $"the task '{wanted.Task}' has several filters for '{wanted.Key}'; name one of {Listed(fitting, wanted.Key)}");
        }

        var (metric, filter) = (key.Split(',', 2)[0], key.Split(',', 2)[1]);
        if (Number(task, key) is not { } value)
        {
            return ExternalScore.Missing($"'{key}' of the task '{wanted.Task}' is not a number");
        }

        return ExternalScore.Of(value, Number(task, $"{metric}{StandardErrorMark},{filter}") is { } error and >= 0 ? error : null) with
        {
            Count = Whole(Of("n-samples", wanted.Task), "effective") ?? Whole(task, "sample_len"),
            Available = Whole(Of("n-samples", wanted.Task), "original"),
            TaskVersion = Text(root, "versions", wanted.Task),
            Shots = Whole(Member(root, "n-shot"), wanted.Task),
            TaskHash = Text(root, "task_hashes", wanted.Task),
            ChatTemplate = Text(root, "chat_template_sha"),
            HigherIsBetter = Member(Of("higher_is_better", wanted.Task), metric) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag ? flag.GetBoolean() : null,
            Harness = Text(root, "git_hash") ?? Text(root, "lm_eval_version"),
        };
    }

    private static long? Whole(JsonElement? holder, string name) =>
        Member(holder, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var whole) && whole >= 0 ? whole : null;

    private static string? Text(JsonElement holder, params ReadOnlySpan<string> names)
    {
        JsonElement? value = holder;
        foreach (var name in names)
        {
            value = Member(value, name);
        }

        var text = value switch
        {
            { ValueKind: JsonValueKind.String } written => written.GetString(),
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => null,
        };
        return text is { Length: > 0 and <= LongestText } and not "N/A" ? text : null;
    }

    private static IEnumerable<string> NamesOf(JsonElement holder) => holder.EnumerateObject().Select(member => member.Name);

    private static string Listed(IEnumerable<string> names, string wanted)
    {
        var all = names.ToList();
        var named = string.Join(", ", all.Take(MostListed).Select(name => $"'{name}'"));
        return (all.Count == 0 ? "none" : all.Count > MostListed ? $"{named} and {all.Count - MostListed} more" : named)
            + NearestName.Suggestion(wanted, all).TrimEnd('.');
    }

    private JsonElement? Of(string table, string task) => Member(Member(root, table), task);
}
