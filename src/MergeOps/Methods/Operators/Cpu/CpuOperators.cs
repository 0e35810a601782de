using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The operators as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuOperators : IOperators
{
    /// <summary>Elements that a loop over several tiles takes at a time, so that its sums stay in the first-level cache.</summary>
    private const int PieceLength = 1024;

    public IGram StartGram(int vectors) => new CpuGram(vectors);

    public IMagnitudeSum StartMagnitudeSum() => new CpuMagnitudeSum();

    public IMagnitudeSelection StartSelection(long skip, long keep) => new CpuMagnitudeSelection(skip, keep);

    public void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights)
    {
        if (output.IsDouble())
        {
            Interpolate<double>(output, anchor, scale, tensors, weights);
        }
        else
        {
            Interpolate<float>(output, anchor, scale, tensors, weights);
        }
    }

    public void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights)
    {
        if (output.IsDouble())
        {
            AddWeighted<double>(output, anchor, deltas, weights);
        }
        else
        {
            AddWeighted<float>(output, anchor, deltas, weights);
        }
    }

    public void AddElected(
        torch.Tensor output,
        torch.Tensor anchor,
        IReadOnlyList<torch.Tensor> deltas,
        IReadOnlyList<double> factors,
        IReadOnlyList<double>? weights,
        double lambda)
    {
        if (output.IsDouble())
        {
            AddElected<double>(output, anchor, deltas, factors, weights, lambda);
        }
        else
        {
            AddElected<float>(output, anchor, deltas, factors, weights, lambda);
        }
    }

    private static void Interpolate<T>(
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

    private static void AddWeighted<T>(
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

    private static void AddElected<T>(
        torch.Tensor output,
        torch.Tensor anchor,
        IReadOnlyList<torch.Tensor> deltas,
        IReadOnlyList<double> factors,
        IReadOnlyList<double>? weights,
        double lambda)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        Span<T> sumBuffer = stackalloc T[PieceLength];
        Span<T> keptBuffer = stackalloc T[PieceLength];
        Span<T> divisorBuffer = stackalloc T[PieceLength];
        for (var start = 0; start < results.Length; start += PieceLength)
        {
            var length = Math.Min(PieceLength, results.Length - start);
            var sums = sumBuffer[..length];
            var kept = keptBuffer[..length];
            var divisors = divisorBuffer[..length];
            sums.Clear();
            for (var i = 0; i < tiles.Count; i++)
            {
                VectorLoops.AddScaled(tiles.Piece(i, start, length), T.CreateTruncating(factors[i]), sums);
            }

            kept.Clear();
            divisors.Clear();
            for (var i = 0; i < tiles.Count; i++)
            {
                var weight = weights is null ? T.One : T.CreateTruncating(weights[i]);
                SignElection.AddAgreeing(tiles.Piece(i, start, length), T.CreateTruncating(factors[i]), weight, sums, kept, divisors);
            }

            if (weights is not null)
            {
                SignElection.Normalize(kept, divisors);
            }

            var result = results.Slice(start, length);
            VectorLoops.Scale(kept, T.CreateTruncating(lambda), result);
            VectorLoops.AddScaled(anchors.Slice(start, length), T.One, result);
        }
    }
}
