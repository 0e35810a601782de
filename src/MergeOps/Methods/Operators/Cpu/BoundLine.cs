using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// A straight line through the high halves of bounds that grow evenly with the rank, and how far the halves lie from it at most:
/// computing limits of a half is faster than looking it up.
/// </summary>
internal readonly struct BoundLine
{
    /// <summary>The bits of a half.</summary>
    public const int HalfBits = 16;

    private const float LargestHalf = (1 << HalfBits) - 1;

    private readonly float lowest;
    private readonly float highest;
    private readonly float step;

    private BoundLine(float lowest, float highest, float step) => (this.lowest, this.highest, this.step) = (lowest, highest, step);

    /// <summary>The line of some bounds.</summary>
    public static BoundLine Of(uint[] bounds)
    {
        var (first, last) = (bounds[0] / (double)(1 << HalfBits), bounds[^1] / (double)(1 << HalfBits));
        var step = (float)(bounds.Length > 1 ? (last - first) / (bounds.Length - 1) : 0);
        var (under, over) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var rank = 0; rank < bounds.Length; rank++)
        {
            var distance = (bounds[rank] >> HalfBits) - (rank * step);
            (under, over) = (Math.Min(under, distance), Math.Max(over, distance));
        }

        // more than what sums of this size are rounded by
        const float Rounding = 1f / 16;
        return new(under - Rounding, over + Rounding, step);
    }

    /// <summary>What the halves of these ranks' bounds are not below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<uint> Below(Vector256<int> ranks) => Half((Vector256.ConvertToSingle(ranks) * step) + Vector256.Create(lowest));

    /// <summary>What the halves of these ranks' bounds are not above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<uint> Above(Vector256<int> ranks) => Half((Vector256.ConvertToSingle(ranks) * step) + Vector256.Create(highest));

    // the values are clamped already, so that the unchecked conversion is safe
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Half(Vector256<float> value) =>
        Vector256.ConvertToInt32Native(Vector256.Min(Vector256.Max(value, Vector256<float>.Zero), Vector256.Create(LargestHalf))).AsUInt32();
}
