using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Reports;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Pipeline.Scoring;

/// <summary>Looks a recipe's external scores up in results files, or in the evaluation that was published with a version.</summary>
internal static class ExternalScores
{
    private const double Rounding = 1e-6;
    private const string NoFile = "no results file was given (--results FILE)";

    private static readonly ImmutableDictionary<Figure, ExternalScore> None = ImmutableDictionary<Figure, ExternalScore>.Empty;

    /// <summary>The scores of one model; what is in no file, or in two, is no score. Null after diagnostics.</summary>
    /// <exception cref="MergeOpsException">The system refuses to read a file that is there.</exception>
    public static ImmutableDictionary<Figure, ExternalScore>? InFiles(
        ImmutableArray<ExternalMetric> wanted, ImmutableArray<string> files, DiagnosticBag found)
    {
        var results = files.Select(file => ResultsFile.Read(file, found)).ToList();
        foreach (var (file, path) in results.Zip(files).Where(result => result.First is SampleFile { Task: null } && wanted.Length > 1))
        {
            found.Error(Codes.ResultsUnusable, "Its name does not say which of the recipe's external scores the samples are for. Call it samples_TASK.jsonl.", SourceSpan.File(path));
            results[results.IndexOf(file)] = null;
        }

        // beside a results file the means tell
        foreach (var (file, path) in results.TrueForAll(file => file is SampleFile) ? results.Zip(files).ToList() : [])
        {
            if (file is SampleFile { NamesNoMetric: true, Task: { } task } && wanted.Where(external => external.Task == task).Select(external => external.Key).ToList() is { Count: > 1 } keys)
            {
                found.Error(Codes.ResultsUnusable, $"Its lines hold one score each and do not say which metric it is: the recipe asks for {string.Join(" and ", keys.Select(key => $"'{key}'"))} of '{task}'. Give each of these a 'task' of its own in the recipe, and a file of that name.", SourceSpan.File(path));
                results[results.IndexOf(file)] = null;
            }
        }

        if (results.Contains(null))
        {
            return null;
        }

        ImmutableArray<ResultsOfFile> known = [.. results.Zip(files, (file, path) => new ResultsOfFile(file!, path))];
        TellOfUnused(wanted, known, found);
        return wanted.ToImmutableDictionary(external => external.Figure, external => Believed(external, Find(external, known, found)));
    }

    private static void TellOfUnused(ImmutableArray<ExternalMetric> wanted, ImmutableArray<ResultsOfFile> files, DiagnosticBag found)
    {
        foreach (var (file, path) in wanted.IsEmpty ? [] : files)
        {
            var reasons = wanted.Select(external => file.Find(external)).ToList();
            if (reasons.TrueForAll(score => score.Value is null))
            {
                found.Warning(Codes.ResultsUnusable, $"Nothing in it counts: {reasons[0].WhyNot}.", SourceSpan.File(path));
            }
        }
    }

    private static ExternalScore Find(ExternalMetric wanted, ImmutableArray<ResultsOfFile> files, DiagnosticBag found)
    {
        var result = OneOf([.. files.Where(file => file.Results is not SampleFile).Select(file => file.Results.Find(wanted))]);
        var samples = OneOf([.. files.Where(file => file.Results is SampleFile).Select(file => file.Results.Find(wanted))]);
        if (result.Value is not null && samples.Value is not null && IsOfAnotherRun(wanted, result, samples) is { } why)
        {
            found.Warning(
                Codes.ResultsUnusable,
                $"The samples are from a different run than the results, so differences are not paired: {why}. Give the samples that were logged with the results.",
                SourceSpan.File(files.First(file => file.Results is SampleFile && file.Results.Find(wanted).Value is not null).Path));
            return result;
        }

        return Joined(result, samples);
    }

    // a figure that is no mean of its samples says nothing of them
    private static string? IsOfAnotherRun(ExternalMetric wanted, ExternalScore result, ExternalScore samples) =>
        result.Count is { } count && count != samples.Count ? string.Create(CultureInfo.InvariantCulture, $"there are {samples.Count} of them, and '{wanted.Figure}' was measured on {count} items")
        : wanted.Figure.Metric is HarnessMetric { IsMean: true } && !IsMeanOf(samples.Samples!, result) ? string.Create(CultureInfo.InvariantCulture, $"their mean of '{wanted.Key}' is {samples.Value:0.####}, and the results say {result.Value:0.####}")
        : null;

    private static bool IsMeanOf(SampleScores samples, ExternalScore result) =>
        Math.Abs(samples.Mean - result.Value!.Value) <= Rounding * Math.Max(1, Math.Abs(result.Value.Value));

    /// <summary>The scores that <c>evaluation.json</c> of a version holds for its merged model; none where another program wrote it.</summary>
    /// <exception cref="MergeOpsException">A later version of this program wrote it.</exception>
    public static ImmutableDictionary<Figure, ExternalScore> InEvaluation(ImmutableArray<ExternalMetric> wanted, string? evaluationJson)
    {
        // a gate that asks for what is not known says so
        var scores = evaluationJson is null ? null : EvaluationJson.Read(evaluationJson)?.Find(ModelRole.Merged)?.External;
        return scores is null
            ? None
            : wanted.Where(external => scores.ContainsKey(external.Figure.ToString()))
                .ToImmutableDictionary(external => external.Figure, external => scores[external.Figure.ToString()]);
    }

    private static ExternalScore Believed(ExternalMetric wanted, ExternalScore score) =>
        score.Value is { } value && wanted.Figure.Metric is HarnessMetric metric && metric.Objection(value) is { } objection ? ExternalScore.Missing(objection) : score;

    // the harness's own figure counts, and the samples where it is their mean
    private static ExternalScore Joined(ExternalScore result, ExternalScore samples) =>
        result.Value is null ? samples.Value is null && result.WhyNot != NoFile ? result : samples
        : samples.Samples is { } known && IsMeanOf(known, result) ? result with { Samples = known }
        : result;

    private static ExternalScore OneOf(List<ExternalScore> scores) => scores.FindAll(score => score.Value is not null) switch
    {
        [var only] => only,
        [] => scores is [var first, ..] ? first : ExternalScore.Missing(NoFile),
        _ => ExternalScore.Missing("several results files give it"),
    };

    /// <summary>What a file holds, and where it lies.</summary>
    private sealed record ResultsOfFile(ResultsFile Results, string Path);
}
