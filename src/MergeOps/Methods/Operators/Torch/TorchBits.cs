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
        var fractions = mantissas.mul(Scalars.Of(2)).sub(Scalars.Of(1)).mul(Scalars.Of(Math.ScaleB(1, mantissaBits)));
        var normal = exponents.to(torch.int64).sub(Scalars.Of(smallestExponent)).ShiftLeft(mantissaBits).add(fractions.to(torch.int64), Scalars.One);
        // twice a power of two, because the whole is not a number; below the normal numbers the bits count the smallest ones
        var steps = (mantissaBits - smallestExponent) / 2;
        var scaled = magnitudes.mul(Scalars.Of(Math.ScaleB(1, steps))).mul(Scalars.Of(Math.ScaleB(1, mantissaBits - smallestExponent - steps)));
        var isSubnormal = magnitudes < Scalars.Of(Math.ScaleB(1, smallestExponent));
        var bits = torch.where(isSubnormal, scaled.to(torch.int64), normal);
        return bits.masked_fill(magnitudes.isnan(), Scalars.Of(isDouble ? long.MaxValue : int.MaxValue));
    }
}
