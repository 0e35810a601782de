using System.Collections.Immutable;

namespace MergeOps.Evaluation.Scores;

/// <summary>
/// What one item adds to the sums of two models. A figure is Σ numerator / Σ denominator: accuracy is correct / 1, the
/// token-mean loss is loss / tokens. Without a second model its part stays (0, 1).
/// </summary>
internal readonly record struct PairedItem(double Numerator, double Denominator, double OtherNumerator = 0, double OtherDenominator = 1)
{
    /// <summary>The first model's figure less the other's.</summary>
    public double Difference => (Numerator / Denominator) - (OtherNumerator / OtherDenominator);

    public static PairedItem operator +(PairedItem a, PairedItem b) => new(
        a.Numerator + b.Numerator,
        a.Denominator + b.Denominator,
        a.OtherNumerator + b.OtherNumerator,
        a.OtherDenominator + b.OtherDenominator);
}

/// <summary>One task's items; draws never cross from one stratum to another.</summary>
/// <param name="Items">At least one.</param>
/// <param name="Scale">Multiplies the figure: 1 / the expert's accuracy gives the share of it.</param>
internal sealed record Stratum(ImmutableArray<PairedItem> Items, double Scale = 1)
{
    /// <summary>The difference on the items as they are.</summary>
    public double Difference => Scale * Items.Aggregate((sum, item) => sum + item).Difference;
}
