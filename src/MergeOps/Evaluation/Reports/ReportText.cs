using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Evaluation.Structure;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Reports;

/// <summary>What reports say beside figures, in words; the same in every report.</summary>
internal static class ReportText
{
    /// <summary><c>0.7053 ± 0.0046</c>: a score of another harness with its standard error, or what stands for no figure.</summary>
    public static string External(ExternalScore? score) =>
        score?.Value is not { } value ? FigureText.None
        : Four(value) + (score.StandardError is { } error ? $" ± {Four(error)}" : "");

    /// <summary>What so many items would usually tell, as a sentence after a gate's; nothing where there is no interval.</summary>
    public static string Detectable(GateResult gate) =>
        gate.DetectableEffect is { } effect
            ? $" Smallest detectable difference (80 % power): {effect.ToString(gate.Decimals < 4 ? "0.000" : "0.0000", CultureInfo.InvariantCulture)}."
            : "";

    /// <summary><c>accuracy, n = 120 in 20 groups</c>: by what something is measured, and on how much.</summary>
    public static string MeasuredBy(EvaluationReport report, Figure figure)
    {
        List<Subject> subjects = [.. report.Data.Subjects.Where(subject => figure.IsMean ? subject.Kind is TaskKind && report.Figures.Contains(figure with { Subject = subject.Name }) : subject.Name == figure.Subject)];
        return subjects.Count == 0 ? figure.Metric.Label : $"{figure.Metric.Label}, {CountOf(subjects)}";
    }

    /// <summary>What a chart is called: what is measured on, and by what where another chart is of the same.</summary>
    /// <param name="figure">What it shows.</param>
    /// <param name="shown">What all charts beside it show.</param>
    public static string TitleOf(Figure figure, IEnumerable<Figure> shown) => shown.Any(other => other.Subject == figure.Subject && other != figure) ? figure.Words : figure.Subject;

    /// <summary><c>n = 120 in 20 groups</c>.</summary>
    public static string CountOf(IReadOnlyCollection<Subject> subjects)
    {
        var (items, groups) = (subjects.Sum(subject => subject.Items.Length), subjects.Sum(subject => subject.Groups.Count));
        var unit = subjects.First().Kind.Unit;
        return string.Create(CultureInfo.InvariantCulture, $"n = {items}{(unit == "item" ? "" : $" {Noun.Plural(unit)}")}{(groups < items ? $" in {groups} groups" : "")}");
    }

    /// <summary>The class that colors a model's bars.</summary>
    public static string ColorOf(ModelResult model) => model.Role.ToString().ToLowerInvariant();

    /// <summary>The class that colors a verdict.</summary>
    public static string ColorOf(GateVerdict verdict) => verdict switch
    {
        GateVerdict.Passed => "yes",
        GateVerdict.Failed => "no",
        _ => "open",
    };

    /// <summary>A model's figure with its interval; of another harness with the standard error, which is what that gives.</summary>
    public static string Value(ModelReport model, Figure figure) => model.Result.External.GetValueOrDefault(figure) is { Value: not null } score
        ? External(score) : figure.Metric.Full(model.Figures[figure]);

    /// <summary>The verdict in a word.</summary>
    public static string Verdict(GateResult gate) => gate.Verdict switch
    {
        GateVerdict.Passed => "met",
        GateVerdict.Failed => "not met",
        GateVerdict.Undecided => "undecided",
        _ => throw new ArgumentOutOfRangeException(nameof(gate)),
    };

    /// <summary>What a check of the files says, in a word.</summary>
    public static string Verdict(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Passed => "passed",
        CheckVerdict.Failed => "failed",
        _ => "not applicable",
    };

    /// <summary>How many of the falls chance alone would show.</summary>
    public static string Looked(UngatedFalls ungated) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ungated.Looked} {(ungated.Looked == 1 ? "difference" : "differences")} without a gate {(ungated.Looked == 1 ? "was" : "were")} checked; where nothing has changed, about {ungated.ByChance:0.#} of them would look like a drop by chance.");

    /// <summary><c>−12.0 points (−20.0 to −4.0) against the best parent, adder</c>.</summary>
    public static string Against(Comparison comparison) => $"{comparison.Figure.Metric.Difference(comparison.Difference)} against {Opponent(comparison)}";

    /// <summary><c>the best parent, adder</c>: the model that is compared with, and what it is.</summary>
    public static string Opponent(Comparison comparison) => comparison.Against switch
    {
        Baselines.Average => "the plain average",
        Baselines.Published => $"the published version, {comparison.Other}",
        var against when against == comparison.Other => $"the {Comparison(against)}",
        var against => $"the {Comparison(against)}, {comparison.Other}",
    };

    /// <summary><c>plain average</c>: a word of a gate's comparison as people say it.</summary>
    public static string Comparison(string against) => against == Baselines.Average ? "plain average" : against.Replace('_', ' ');

    /// <summary>What figures mean, in a sentence.</summary>
    public static string Legend(EvaluationReport report)
    {
        var phrases = report.Figures.Select(figure => figure.Metric.Legend).OfType<string>().Distinct().ToList();
        var text = phrases.Count == 0 ? "" : $"{char.ToUpperInvariant(phrases[0][0])}{string.Join("; ", phrases)[1..]}.";
        return report.External.IsEmpty ? text : $"{text} Scores of another harness are shown with their standard error.".TrimStart();
    }

    /// <summary>The role in words.</summary>
    public static string Role(ModelResult model) => model.Role switch
    {
        ModelRole.Base when model.IsParent => "base, a parent",
        ModelRole.Base => "base",
        ModelRole.Parent => "parent",
        ModelRole.Average => "plain average",
        ModelRole.Published => "published now",
        ModelRole.Merged => "merged",
        _ => throw new ArgumentOutOfRangeException(nameof(model)),
    };

    /// <summary><c>78.8 % (73.1–83.8)</c>: the score of a search's point with its interval, or what stands for no figure.</summary>
    public static string Score(SearchCurve curve, CurvePoint point) =>
        point.Score is not { } score ? FigureText.None
        : curve.IsShare ? FigureText.PercentWithInterval(point.Interval is { } around ? Measured.Of(new(score, around), null) : Measured.Of(score, null, ""))
        : Four(score) + (point.Interval is { } interval ? $" ({Four(interval.Lower)}–{Four(interval.Upper)})" : "");

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
