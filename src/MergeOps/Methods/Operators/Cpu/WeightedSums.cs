using System.Numerics;
using System.Runtime.CompilerServices;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Weighted sums of several tiles in one visit, piece by piece, so that the sums stay in the first-level cache.</summary>
internal static class WeightedSums
{
    public const int PieceLength = 1024;

    /// <summary>output = Σ weightᵢ · (tensorᵢ − anchor) + scale · anchor.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Interpolate<T>(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        var tiles = new TilePointers<T>(tensors, stackalloc nint[tensors.Count]);
        for (var start = 0; start < results.Length; start += PieceLength)
        {
            var length = Math.Min(PieceLength, results.Length - start);
            var result = results.Slice(start, length);
            var origin = anchors.Slice(start, length);
            result.Clear();
            for (var i = 0; i < tiles.Count; i++)
            {
                VectorLoops.AddScaledDifference(tiles.Piece(i, start, length), origin, T.CreateTruncating(weights[i]), result);
            }

            VectorLoops.AddScaled(origin, T.CreateTruncating(scale), result);
        }
    }

    /// <summary>output = Σ weightᵢ · deltaᵢ + anchor.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Add<T>(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        for (var start = 0; start < results.Length; start += PieceLength)
        {
            var length = Math.Min(PieceLength, results.Length - start);
            var result = results.Slice(start, length);
            result.Clear();
            for (var i = 0; i < tiles.Count; i++)
            {
                VectorLoops.AddScaled(tiles.Piece(i, start, length), T.CreateTruncating(weights[i]), result);
            }

            VectorLoops.AddScaled(anchors.Slice(start, length), T.One, result);
        }
    }
}
