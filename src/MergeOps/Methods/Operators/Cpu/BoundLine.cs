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
    public Vector512<uint> Below(Vector512<int> ranks) => Half((Vector512.ConvertToSingle(ranks) * step) + Vector512.Create(lowest));

    /// <summary>What the halves of these ranks' bounds are not above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Above(Vector512<int> ranks) => Half((Vector512.ConvertToSingle(ranks) * step) + Vector512.Create(highest));

    // what is converted is in range, so that it need not be looked at for what is not
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Half(Vector512<float> value) =>
        Vector512.ConvertToInt32Native(Vector512.Min(Vector512.Max(value, Vector512<float>.Zero), Vector512.Create(LargestHalf))).AsUInt32();
}
