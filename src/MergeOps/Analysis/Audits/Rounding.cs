using MergeOps.Tensors;

namespace MergeOps.Analysis.Audits;

/// <summary>What rounding to a number type does to a number.</summary>
internal static class Rounding
{
    private const double Arithmetic = 1e-13;

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

    /// <summary>The mean squared error of rounding to the type near a number: the square of its last digit's unit, over 12; at least that of the arithmetic before.</summary>
    public static double SquareOf(double value, DType dtype)
    {
        var (digits, smallest) = dtype switch
        {
            DType.F16 => (10, -14),
            DType.BF16 => (7, -126),
            DType.F64 => (52, -1022),
            _ => (23, -126),
        };
        var exponent = value == 0 ? smallest : Math.Max(smallest, Math.ILogB(value));
        var unit = Math.ScaleB(1, exponent - digits);

        // arithmetic in float32 rounds on the way, and so do sums of products that nearly cancel
        return Math.Max(unit * unit / 12, value * value * Arithmetic);
    }
}
