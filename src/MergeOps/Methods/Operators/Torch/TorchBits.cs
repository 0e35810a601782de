using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>The magnitudes of numbers as the integers of their bits, which torch cannot reinterpret in place.</summary>
internal static class TorchBits
{
    /// <summary>The bits of |x| for each element, as int64; a NaN counts as larger than all.</summary>
    public static torch.Tensor Of(torch.Tensor values)
    {
        var isDouble = values.dtype == torch.ScalarType.Float64;
        var (mantissaBits, smallestExponent) = isDouble ? (52, -1022) : (23, -126);
        var magnitudes = values.abs().to(torch.float64);
        var (mantissas, exponents) = torch.frexp(magnitudes);
        var fractions = ((mantissas * 2) - 1) * Math.ScaleB(1, mantissaBits);
        var normal = (exponents.to(torch.int64) - smallestExponent).ShiftLeft(mantissaBits) + fractions.to(torch.int64);
        // twice a power of two, because the whole is not a number; below the normal numbers the bits count the smallest ones
        var steps = (mantissaBits - smallestExponent) / 2;
        var subnormal = (magnitudes * Math.ScaleB(1, steps) * Math.ScaleB(1, mantissaBits - smallestExponent - steps)).to(torch.int64);
        var bits = torch.where(magnitudes < Math.ScaleB(1, smallestExponent), subnormal, normal);
        return bits.masked_fill(magnitudes.isnan(), isDouble ? long.MaxValue : int.MaxValue);
    }
}
