using System.Globalization;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
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

    /// <summary>The verdict in a word.</summary>
    public static string Verdict(GateResult gate) => gate.Verdict switch
    {
        GateVerdict.Passed => "met",
        GateVerdict.Failed => "not met",
        GateVerdict.Undecided => "undecided",
        _ => throw new ArgumentOutOfRangeException(nameof(gate)),
    };

    /// <summary><c>plain average</c>: a word of a gate's comparison as people say it.</summary>
    public static string Comparison(string against) => against == Baselines.Average ? "plain average" : against.Replace('_', ' ');

    /// <summary>What figures mean, in a sentence.</summary>
    public static string Legend(EvaluationReport report)
    {
        var phrases = report.Figures.Select(figure => figure.Metric.Legend).OfType<string>().Distinct().ToList();
        var text = phrases.Count == 0 ? "" : $"{char.ToUpperInvariant(phrases[0][0])}{string.Join("; ", phrases)[1..]}.";
        return report.External.IsEmpty ? text : $"{text} Scores of another harness stand with their standard error.".TrimStart();
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
