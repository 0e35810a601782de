namespace MergeOps.Evaluation.Scores;

/// <summary>Quantities of the standard normal distribution.</summary>
internal static class NormalInterval
{
    /// <summary>The 0.975 quantile: a 95 % interval reaches so many standard errors to each side.</summary>
    public const double Z = 1.959963984540054;

    /// <summary>The 0.8 quantile.</summary>
    private const double PowerZ = 0.8416212335729143;

    /// <summary>
    /// The smallest true difference that would be told from none four times out of five, given the 95 % interval of the
    /// measured one: (z₀.₉₇₅ + z₀.₈) standard errors (J. Cohen, "Statistical Power Analysis", 1988, chapter 2).
    /// </summary>
    public static double DetectableEffect(Interval interval) => (interval.Upper - interval.Lower) / 2 * (Z + PowerZ) / Z;
}
