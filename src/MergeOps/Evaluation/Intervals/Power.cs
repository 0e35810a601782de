namespace MergeOps.Evaluation.Intervals;

/// <summary>What a sample of this size usually finds, four times out of five (J. Cohen, "Statistical Power Analysis", 1988, chapter 2).</summary>
internal static class Power
{
    /// <summary>The 0.975 quantile of the standard normal distribution: a 95 % interval reaches so many standard errors to each side.</summary>
    public const double Z = 1.959963984540054;

    /// <summary>The 0.8 quantile.</summary>
    private const double PowerZ = 0.8416212335729143;

    /// <summary>Half an interval's width times this is the distance that a sample usually tells from none.</summary>
    private const double Distance = (Z + PowerZ) / Z;

    /// <summary>The smallest true difference that would usually be told from none, given the interval of the measured one.</summary>
    public static double DetectableEffect(Interval interval) => (interval.Upper - interval.Lower) / 2 * Distance;

    /// <summary>By what the number of items must grow so that an interval that reaches so far usually ends before a bound at this distance.</summary>
    /// <returns>Infinite when the value lies on the bound.</returns>
    public static double Growth(double reach, double distance) => Math.Pow(reach * Distance / distance, 2);
}
