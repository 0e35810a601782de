using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.External;

/// <summary>
/// Scores of single items: what lm-evaluation-harness writes with <c>--log_samples</c>, matched by the documents' hashes, or lines
/// <c>{"id": …, "group": …, "score": …}</c> of any other tool. The file's name tells the task: <c>samples_TASK.jsonl</c>, with a
/// time behind the task as the harness writes it.
/// </summary>
internal sealed partial class SampleFile : ResultsFile
{
    /// <summary>How such a file's name ends.</summary>
    public const string Ending = ".jsonl";

    private const int MostSamples = 1_000_000;
    private const int MostMistakes = 20;
    private const string NoFilter = "none";

    private readonly Dictionary<(string Metric, string Filter), List<(string Id, string? Group, double Score)>> scores = [];
    private readonly Dictionary<(string Id, string Filter), int> seen = [];
    private readonly Dictionary<(string Metric, string Filter), SampleScores> known = [];
    private bool? isHarness;

    private SampleFile(string? task) => Task = task;

    /// <summary>The task; null where the file's name does not tell it.</summary>
    public string? Task { get; }

    /// <summary>Whether another tool wrote the lines, which hold one score each and name no metric.</summary>
    public bool NamesNoMetric => isHarness is false;

    /// <summary>The samples of a file; null after a diagnostic for each line that is none.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static SampleFile? Of(string path, DiagnosticBag found)
    {
        if ((File.Exists(path) ? PlainFile.Objection(path) : Directory.Exists(path) ? "It is a folder. Name the samples in it." : "There is no such file.") is { } objection)
        {
            found.Error(Codes.ResultsUnusable, objection, SourceSpan.File(path));
            return null;
        }

        var file = new SampleFile(NameForm().Match(Path.GetFileName(path)) is { Success: true } name ? name.Groups["task"].Value : null);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Read(stream, path, found) ? file : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MergeOpsException(Codes.EvaluationFileUnreadable, e.Message, SourceSpan.File(path), e);
        }
    }

    /// <inheritdoc/>
    public override ExternalScore Find(ExternalMetric wanted)
    {
        if (Task is not null && Task != wanted.Task)
        {
            return ExternalScore.Missing($"the samples are of the task '{Task}', not of '{wanted.Task}'");
        }

        if (isHarness is false)
        {
            // a name that says the direction says it of these lines, too
            return Of(scores.Keys.Single()) with { HigherIsBetter = HarnessMeasure.Of(wanted.Figure.Metric.Name) is { LargerIsBetter: false } ? null : true, Tool = "another tool" };
        }

        var (metric, filter) = wanted.Key.Split(',', 2) is [var name, var part] ? (name, part) : (wanted.Key, null);
        if (HarnessMeasure.Of(metric) is { IsOfLogLikelihoods: true })
        {
            return ExternalScore.Missing($"samples hold log-likelihoods for '{metric}', from which the harness computes the figure; give its results file, too");
        }

        var fitting = scores.Where(entry => entry.Key.Metric == metric && (filter is null || entry.Key.Filter == filter)).ToList();
        return fitting switch
        {
            [var (key, only)] when SamplesOf(key.Filter) - only.Count is > 0 and var without =>
                ExternalScore.Missing($"{without:N0} of {SamplesOf(key.Filter):N0} samples have no number for '{wanted.Key}', and the rest would be another test"),
            [var (key, _)] => Of(key),
            [] => ExternalScore.Missing($"no sample has a number for the metric '{wanted.Key}'; if the harness computes the figure from all samples together, give its results file, too"),
            _ => ExternalScore.Missing($"the samples have several filters for '{wanted.Key}'; name one of {string.Join(", ", fitting.Select(entry => $"'{entry.Key.Metric},{entry.Key.Filter}'"))}"),
        };
    }

    private long SamplesOf(string filter) => seen.Where(sample => sample.Key.Filter == filter).Sum(sample => (long)sample.Value);

    private ExternalScore Of((string Metric, string Filter) key)
    {
        if (!known.TryGetValue(key, out var samples))
        {
            known[key] = samples = SampleScores.Of(scores[key]);
        }

        return ExternalScore.Of(samples.Mean, null) with { Samples = samples, Count = samples.Scores.Length };
    }

    private bool Read(Stream stream, string path, DiagnosticBag found)
    {
        var (mistakes, count) = (0, 0);
        foreach (var (number, line) in JsonLines.In(stream))
        {
            var mistake = line is null ? $"The line has more than {JsonLines.MaxLineBytes:N0} bytes."
                : ++count > MostSamples ? $"There are more than {MostSamples:N0} samples."
                : Mistake(line);
            if (mistake is not null)
            {
                found.Error(Codes.SampleMalformed, mistake, new SourceSpan(path, number, 1, number, 1));
            }

            if ((mistakes += mistake is null ? 0 : 1) == MostMistakes || count > MostSamples)
            {
                break;
            }
        }

        if (count == 0)
        {
            found.Error(Codes.ResultsUnusable, "It holds no sample.", SourceSpan.File(path));
        }

        return count > 0 && mistakes == 0;
    }

    private string? Mistake(byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(HarnessJson.WithoutNaN(line), new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
            {
                return "The line is not an object. Write {\"id\": \"…\", \"score\": …}, and \"group\" where items are related.";
            }

            var ofHarness = Member(root, "doc_id") is not null;
            isHarness ??= ofHarness;
            return isHarness != ofHarness ? "The file mixes samples of lm-evaluation-harness with others. Give a separate file for each harness." : ofHarness ? AddLogged(root) : AddOwn(root);
        }
        catch (JsonException e)
        {
            return $"The line is not a JSON object. {JsonFlaw.Of(HarnessJson.WithoutNaN(line).Span, e)}";
        }
        catch (InvalidOperationException)
        {
            // what the framework throws for an escape such as \ud800
            return "A text contains an unpaired surrogate, which is not a character.";
        }
    }

    private string? AddOwn(JsonElement root)
    {
        foreach (var name in root.EnumerateObject().Select(member => member.Name).Where(name => name is not ("id" or "group" or "score")))
        {
            return $"Unknown key '{name}'; a sample has 'id', 'score' and optionally 'group'.{NearestName.Suggestion(name, ["id", "group", "score"])}";
        }

        if (Word(root, "id") is not { Length: > 0 } id)
        {
            return "The sample has no 'id', a text or a number.";
        }

        if (Score(Member(root, "score")) is not { } score)
        {
            return "The sample's 'score' is not a finite number.";
        }

        if (Member(root, "group") is { ValueKind: not JsonValueKind.Null } && Word(root, "group") is not { Length: > 0 })
        {
            return "The sample's 'group' must be a text or a number. Leave it out for items without related ones.";
        }

        if (!seen.TryAdd((id, NoFilter), 1))
        {
            return $"A sample above has the id '{id}', too; each item counts once.";
        }

        Add("score", NoFilter, id, Word(root, "group"), score);
        return null;
    }

    // documents that are the same twice have one hash, and are matched in their order
    private string? AddLogged(JsonElement root)
    {
        if ((Word(root, "doc_hash") ?? Word(root, "doc_id")) is not { Length: > 0 } hash)
        {
            return "The sample has no 'doc_hash', by which items are matched.";
        }

        var filter = Word(root, "filter") ?? NoFilter;
        var before = seen.GetValueOrDefault((hash, filter));
        seen[(hash, filter)] = before + 1;
        var id = before == 0 ? hash : $"{hash} {before}";
        var named = Member(root, "metrics") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(name => name.ValueKind is JsonValueKind.String).Select(name => name.GetString()!)
            : root.EnumerateObject().Select(member => member.Name).Where(name => name is not "doc_id");
        foreach (var metric in named.Distinct(StringComparer.Ordinal))
        {
            if (Score(Member(root, metric)) is { } score)
            {
                Add(metric, filter, id, null, score);
            }
        }

        return null;
    }

    private void Add(string metric, string filter, string id, string? group, double score)
    {
        if (!scores.TryGetValue((metric, filter), out var samples))
        {
            scores.Add((metric, filter), samples = []);
        }

        samples.Add((id, group, score));
    }

    private static string? Word(JsonElement root, string name) => Member(root, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static double? Score(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.True } => 1,
        { ValueKind: JsonValueKind.False } => 0,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var score) && double.IsFinite(score) => score,
        _ => null,
    };

    [GeneratedRegex(@"^samples_(?<task>.+?)(?:_[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9.:-]+)?\.jsonl\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NameForm();
}
