using System.Globalization;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Figures;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Evaluation.Reports;

/// <summary>Figures as people read them; the same in every report.</summary>
internal static class FigureText
{
    /// <summary>What stands where there is no figure.</summary>
    public const string None = "–";

    /// <summary><c>92.5 %</c>.</summary>
    public static string Percent(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary><c>92.5 % (86.4–96.0)</c>, or what stands for no figure.</summary>
    public static string PercentWithInterval(Measured figure) =>
        !figure.Exists ? None
        : figure.Interval is { } i ? $"{Percent(figure.Value.Value)} ({Percentage(i.Lower)}–{Percentage(i.Upper)})"
        : Percent(figure.Value.Value);

    /// <summary><c>0.263</c>, in nats per token.</summary>
    public static string Loss(Measured figure) =>
        figure.Exists ? figure.Value.Value.ToString("0.000", CultureInfo.InvariantCulture) : None;

    /// <summary><c>+3.1 points (−1.0 to +7.2)</c>: a difference of two accuracies.</summary>
    public static string Points(Measured figure) =>
        !figure.Exists ? None
        : $"{Signed(figure.Value.Value)} points" + (figure.Interval is { } i ? $" ({Signed(i.Lower)} to {Signed(i.Upper)})" : "");

    /// <summary><c>0.7053 ± 0.0046</c>: a score of another harness with its standard error, or what stands for no figure.</summary>
    public static string External(ExternalScore? score) =>
        score?.Value is not { } value ? None
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

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Percentage(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Signed(double value) => (100 * value).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
}
