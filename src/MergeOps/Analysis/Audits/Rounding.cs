using MergeOps.Tensors;

namespace MergeOps.Analysis.Audits;

/// <summary>What rounding to a number type does to a number.</summary>
internal static class Rounding
{
    private const double Arithmetic = 1e-13;

    // arithmetic in 16 bits rounds a few times on the way, and numbers of one grid round less evenly than others
    private const double MostMisfit = 3;

    // what rounding leaves does not grow with what was merged; what methods leave that treat each weight by itself does
    private const double MostOfDistance = 0.1;

    // of squares that are evenly spread below a last digit, and how many standard errors the sum of a sample may be off
    private const double Spread = 0.8;
    private const double StandardErrors = 4;

    /// <summary>Whether rounding explains what a weighted sum leaves.</summary>
    /// <param name="residuals">Σ of the squared residuals.</param>
    /// <param name="noise">Σ of the squared errors of rounding.</param>
    /// <param name="distance">Σ of the squared differences from the nearest of the models that were merged.</param>
    /// <param name="entries">How many entries were added up.</param>
    public static bool Explains(double residuals, double noise, double distance, double entries) =>
        residuals <= MostMisfit * MostMisfit * noise
        && (distance <= 2 * noise || residuals - (noise * (1 + (StandardErrors * Math.Sqrt(Spread / entries)))) <= MostOfDistance * distance);

    /// <summary>The type to which numbers were rounded: one of 16 bits where they all are numbers of it, whatever they are stored as.</summary>
    public static DType TypeOf(double[] values, DType stored) =>
        stored is not (DType.F32 or DType.F64) ? stored
        : Array.TrueForAll(values, value => Round(value, DType.BF16) == value) ? DType.BF16
        : Array.TrueForAll(values, value => Round(value, DType.F16) == value) ? DType.F16
        : stored;

    /// <summary>The nearest number of the type, the even one of two.</summary>
    public static double Round(double value, DType dtype)
    {
        switch (dtype)
        {
            case DType.F16:
                return (double)(Half)value;
            case DType.BF16:
                // the upper half of a float32, rounded to even
                var bits = BitConverter.SingleToUInt32Bits((float)value);
                return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
            case DType.F64:
                return value;
            default:
                return (float)value;
        }
    }

    /// <summary>The unit of the last digit that a number has in the type.</summary>
    public static double UnitOf(double value, DType dtype)
    {
        var (digits, smallest) = dtype switch
        {
            DType.F16 => (10, -14),
            DType.BF16 => (7, -126),
            DType.F64 => (52, -1022),
            _ => (23, -126),
        };
        var exponent = value == 0 ? smallest : Math.Max(smallest, Math.ILogB(value));
        return Math.ScaleB(1, exponent - digits);
    }

    /// <summary>The mean squared error of rounding to the type near a number: the square of its last digit's unit, over 12; at least that of the arithmetic before.</summary>
    public static double SquareOf(double value, DType dtype)
    {
        var unit = UnitOf(value, dtype);

        // arithmetic in float32 rounds on the way, and so do sums of products that nearly cancel
        return Math.Max(unit * unit / 12, value * value * Arithmetic);
    }
}
