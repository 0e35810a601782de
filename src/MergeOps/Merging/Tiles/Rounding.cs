using System.Runtime.InteropServices;
using TorchSharp;

namespace MergeOps.Merging.Tiles;

/// <summary>The one rounding at the end, from the arithmetic's type to the output's; to nearest, ties to even.</summary>
internal static class Rounding
{
    /// <summary>Rounds a tile.</summary>
    /// <param name="from">On the workspace's device; used as scratch afterwards.</param>
    /// <param name="to">In ordinary memory.</param>
    /// <param name="workspace">Lends a float32 tile for the way from float64 to sixteen bits.</param>
    public static void Round(torch.Tensor from, torch.Tensor to, Workspace workspace)
    {
        if (from.dtype != torch.ScalarType.Float64 || to.dtype is torch.ScalarType.Float64 or torch.ScalarType.Float32)
        {
            to.copy_(from);
            return;
        }

        var doubles = workspace.IsCpu ? from : workspace.Staging(torch.ScalarType.Float64, from.shape).copy_(from);
        var singles = workspace.Staging(torch.ScalarType.Float32, from.shape);
        ToOdd(MemoryMarshal.Cast<byte, double>(doubles.bytes), MemoryMarshal.Cast<byte, float>(singles.bytes));
        to.copy_(singles);
    }

    /// <summary>
    /// Rounds inexact numbers to the neighbour whose last bit is set, so that a second rounding to fewer bits gives what
    /// one rounding would (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
    /// </summary>
    private static void ToOdd(ReadOnlySpan<double> from, Span<float> to)
    {
        for (var i = 0; i < to.Length; i++)
        {
            var (exact, rounded) = (from[i], (float)from[i]);
            if (rounded == exact || !float.IsFinite(rounded) || (BitConverter.SingleToUInt32Bits(rounded) & 1) == 1)
            {
                to[i] = rounded;
            }
            else
            {
                to[i] = rounded > exact ? MathF.BitDecrement(rounded) : MathF.BitIncrement(rounded);
            }
        }
    }
}
