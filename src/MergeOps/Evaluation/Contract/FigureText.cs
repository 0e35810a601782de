using System.Globalization;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>Figures as people read them; the same in every report.</summary>
internal static class FigureText
{
    /// <summary>From here on a number is written with a power of ten.</summary>
    private const double Unwieldy = 1e7;

    /// <summary>What stands where there is no figure.</summary>
    public const string None = "–";

    /// <summary><c>92.5 %</c>.</summary>
    public static string Percent(double value) => Hundredfold(value) + " %";

    /// <summary><c>92.5 % (86.4–96.0)</c>, or what stands for no figure.</summary>
    public static string PercentWithInterval(Measured figure) =>
        !figure.Exists ? None
        : figure.Interval is { } i ? $"{Percent(figure.Value.Value)} ({Hundredfold(i.Lower)}–{Hundredfold(i.Upper)})"
        : Percent(figure.Value.Value);

    /// <summary><c>0.263</c>.</summary>
    public static string Thousandths(Measured figure) =>
        figure.Exists ? Thousandths(figure.Value.Value) : None;

    /// <summary><c>0.263 (0.251–0.275)</c>.</summary>
    public static string ThousandthsWithInterval(Measured figure) => Thousandths(figure)
        + (figure is { Exists: true, Interval: { } i } ? $" ({Thousandths(i.Lower)}–{Thousandths(i.Upper)})" : "");

    /// <summary><c>82.03 (80.42–83.51)</c>, or what stands for no figure.</summary>
    public static string HundredthsWithInterval(Measured figure) =>
        !figure.Exists ? None
        : figure.Interval is { } i ? $"{Hundredths(figure.Value.Value)} ({Hundredths(i.Lower)}–{Hundredths(i.Upper)})"
        : Hundredths(figure.Value.Value);

    /// <summary><c>+0.26 (−0.68 to +1.25)</c>.</summary>
    public static string SignedHundredths(Measured figure) => Signed(figure, 1, "+0.00;−0.00;0.00", "");

    /// <summary><c>+3.1 points (−1.0 to +7.2)</c>: a difference of two shares.</summary>
    public static string Points(Measured figure) => Signed(figure, 100, "+0.0;−0.0;0.0", " points");

    /// <summary><c>+0.012 (−0.004 to +0.028)</c>.</summary>
    public static string SignedThousandths(Measured figure) => Signed(figure, 1, "+0.000;−0.000;0.000", "");

    private static string Hundredths(double value) =>
        Math.Abs(value) < Unwieldy ? value.ToString("0.00;−0.00;0.00", CultureInfo.InvariantCulture) : value.ToString("0.00e+0", CultureInfo.InvariantCulture);

    private static string Signed(Measured figure, double factor, string format, string unit)
    {
        return !figure.Exists ? None
            : $"{Of(figure.Value.Value)}{unit}" + (figure.Interval is { } i ? $" ({Of(i.Lower)} to {Of(i.Upper)})" : "");

        string Of(double value) => Math.Abs(factor * value) < Unwieldy
            ? (factor * value).ToString(format, CultureInfo.InvariantCulture)
            : (factor * value).ToString("+0.00e+0;−0.00e+0", CultureInfo.InvariantCulture);
    }

    private static string Thousandths(double value) => value.ToString(Math.Abs(value) < Unwieldy ? "0.000" : "0.00e+0", CultureInfo.InvariantCulture);

    private static string Hundredfold(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture);
}
