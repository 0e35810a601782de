namespace MergeOps.Merging.Reading.Numbers;

/// <summary>
/// The quantiles of the normal distribution with mean 0 and variance 1: algorithm AS 241 (PPND16) of Wichura, «The Percentage
/// Points of the Normal Distribution» (Applied Statistics 37, 1988), whose error is about 1e-16. It uses nothing but operations
/// that every machine rounds alike.
/// </summary>
internal static class NormalQuantile
{
    private const double Central = 0.425;
    private const double CentralSquared = 0.180625;
    private const double NearTail = 5;
    private const double NearTailStart = 1.6;

    private static readonly double[] CentralUp =
    [
        3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
        45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ];

    private static readonly double[] CentralDown =
    [
        1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077, 21213.794301586595867,
        39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ];

    private static readonly double[] NearUp =
    [
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 0.000774545014278341407640,
    ];

    private static readonly double[] NearDown =
    [
        1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550, 0.148103976427480074590,
        0.0151986665636164571966, 0.000547593808499534494600, 1.05075007164441684324e-9,
    ];

    private static readonly double[] FarUp =
    [
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
        0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    private static readonly double[] FarDown =
    [
        1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525, 0.000786869131145613259100,
        1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <summary>The number below which a share of the numbers lies.</summary>
    /// <param name="share">Between 0 and 1, neither of them.</param>
    public static double Of(double share)
    {
        var distance = share - 0.5;
        if (Math.Abs(distance) <= Central)
        {
            var square = CentralSquared - (distance * distance);
            return distance * Polynomial(CentralUp, square) / Polynomial(CentralDown, square);
        }

        var tail = Math.Sqrt(-Logarithm(Math.Min(share, 1 - share)));
        var value = tail <= NearTail
            ? Polynomial(NearUp, tail - NearTailStart) / Polynomial(NearDown, tail - NearTailStart)
            : Polynomial(FarUp, tail - NearTail) / Polynomial(FarDown, tail - NearTail);
        return distance < 0 ? -value : value;
    }

    /// <summary>The natural logarithm of a positive ordinary number, the same on every machine.</summary>
    internal static double Logarithm(double value)
    {
        const double LogarithmOf2 = 0.693147180559945309417;
        const int Terms = 23;
        var exponent = Math.ILogB(value);
        var mantissa = Math.ScaleB(value, -exponent);
        if (mantissa > 1.4142135623730951)
        {
            (mantissa, exponent) = (mantissa / 2, exponent + 1);
        }

        // log m = 2 artanh((m - 1) / (m + 1))
        var ratio = (mantissa - 1) / (mantissa + 1);
        var sum = 0.0;
        for (var power = Terms; power >= 1; power -= 2)
        {
            sum = (sum * ratio * ratio) + (1.0 / power);
        }

        return (2 * ratio * sum) + (exponent * LogarithmOf2);
    }

    private static double Polynomial(double[] coefficients, double at)
    {
        var sum = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * at) + coefficients[i];
        }

        return sum;
    }
}
