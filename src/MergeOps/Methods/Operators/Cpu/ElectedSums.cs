using System.Numerics;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Sums of the deltas that agree with an elected sign, in one visit of all tiles.</summary>
internal static class ElectedSums
{
    /// <summary>output = what the election makes of the deltas + anchor.</summary>
    public static void Add<T>(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        var anchors = anchor.AsSpan<T>();
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        Span<T> voteBuffer = stackalloc T[WeightedSums.PieceLength];
        Span<T> divisorBuffer = stackalloc T[WeightedSums.PieceLength];
        for (var start = 0; start < results.Length; start += WeightedSums.PieceLength)
        {
            var length = Math.Min(WeightedSums.PieceLength, results.Length - start);
            var votes = voteBuffer[..length];
            var divisors = divisorBuffer[..length];
            var sums = results.Slice(start, length);
            votes.Clear();
            divisors.Clear();
            sums.Clear();
            for (var i = 0; i < tiles.Count; i++)
            {
                VectorLoops.AddScaled(tiles.Piece(i, start, length), T.CreateTruncating(election.Votes[i]), votes);
            }

            for (var i = 0; i < tiles.Count; i++)
            {
                AddAgreeing(tiles.Piece(i, start, length), election, i, votes, sums, divisors);
            }

            if (election.Weights is not null)
            {
                Divide(sums, divisors, T.CreateTruncating(election.MinDivisor));
            }

            VectorLoops.Scale(sums, T.CreateTruncating(election.Lambda), sums);
            VectorLoops.AddScaled(anchors.Slice(start, length), T.One, sums);
        }
    }

    private static void AddAgreeing<T>(
        ReadOnlySpan<T> delta, SignElection election, int model, ReadOnlySpan<T> votes, Span<T> sums, Span<T> divisors)
        where T : unmanaged, INumber<T>
    {
        var vote = T.CreateTruncating(election.Votes[model]);
        var factor = T.CreateTruncating(election.Factors[model]);
        var weight = T.CreateTruncating(election.Weights?[model] ?? 0);
        var i = 0;
        for (; i <= sums.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var value = new Vector<T>(delta[i..]);
            var own = value * vote;
            var agrees = Vector.ConditionalSelect(
                Vector.GreaterThanOrEqual(new Vector<T>(votes[i..]), Vector<T>.Zero),
                Vector.GreaterThan(own, Vector<T>.Zero),
                Vector.LessThan(own, Vector<T>.Zero));
            (new Vector<T>(sums[i..]) + ((value * factor) & agrees)).CopyTo(sums[i..]);
            (new Vector<T>(divisors[i..]) + (new Vector<T>(weight) & agrees)).CopyTo(divisors[i..]);
        }

        for (; i < sums.Length; i++)
        {
            var own = delta[i] * vote;
            if (votes[i] >= T.Zero ? own > T.Zero : own < T.Zero)
            {
                sums[i] += delta[i] * factor;
                divisors[i] += weight;
            }
        }
    }

    private static void Divide<T>(Span<T> sums, ReadOnlySpan<T> divisors, T smallest)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= sums.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var divisor = new Vector<T>(divisors[i..]);
            divisor = Vector.ConditionalSelect(Vector.Equals(divisor, Vector<T>.Zero), Vector<T>.One, divisor);
            (new Vector<T>(sums[i..]) / Vector.Max(divisor, new Vector<T>(smallest))).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] /= T.Max(divisors[i] == T.Zero ? T.One : divisors[i], smallest);
        }
    }
}
