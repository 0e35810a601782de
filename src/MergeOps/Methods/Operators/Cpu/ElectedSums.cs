using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Sums of the deltas that agree with an elected sign, in one visit of all tiles.</summary>
internal static class ElectedSums
{
    /// <summary>output = what the election makes of the deltas + anchor.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Add<T>(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election)
        where T : unmanaged, INumber<T>
    {
        var results = output.AsSpan<T>();
        ref var result = ref MemoryMarshal.GetReference(results);
        ref var origin = ref MemoryMarshal.GetReference(anchor.AsSpan<T>());
        var tiles = new TilePointers<T>(deltas, stackalloc nint[deltas.Count]);
        var rule = new Rule<T>(election);
        // what is written may lie anywhere, so that fields would be read again for each vector
        var (voteOf, factorOf, weightOf, divides) = (rule.Votes, rule.Factors, rule.Weights, rule.Divides);
        var (hasMinDivisor, minDivisor, lambda) = (double.IsFinite(election.MinDivisor), Vector512.Create(rule.MinDivisor), rule.Lambda);
        var i = 0;
        for (; i <= results.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var votes = Vector512<T>.Zero;
            for (var model = 0; model < tiles.Count; model++)
            {
                votes += tiles.LongLanes(model, i) * voteOf[model];
            }

            var isPositive = Vector512.GreaterThanOrEqual(votes, Vector512<T>.Zero);
            var (sum, divisor) = (Vector512<T>.Zero, Vector512<T>.Zero);
            for (var model = 0; model < tiles.Count; model++)
            {
                var delta = tiles.LongLanes(model, i);
                var own = delta * voteOf[model];
                var agrees = Vector512.ConditionalSelect(
                    isPositive, Vector512.GreaterThan(own, Vector512<T>.Zero), Vector512.LessThan(own, Vector512<T>.Zero));
                sum += (delta * factorOf[model]) & agrees;
                divisor += Vector512.Create(weightOf[model]) & agrees;
            }

            if (divides)
            {
                divisor = Vector512.ConditionalSelect(Vector512.Equals(divisor, Vector512<T>.Zero), Vector512<T>.One, divisor);
                sum /= hasMinDivisor ? Vector512.Max(divisor, minDivisor) : divisor;
            }

            ((sum * lambda) + Vector512.LoadUnsafe(ref origin, (nuint)i)).StoreUnsafe(ref result, (nuint)i);
        }

        var anchors = anchor.AsSpan<T>();
        for (; i < results.Length; i++)
        {
            results[i] = (Elect(tiles, i, rule) * rule.Lambda) + anchors[i];
        }
    }

    private static T Elect<T>(TilePointers<T> tiles, int index, Rule<T> rule)
        where T : unmanaged, INumber<T>
    {
        var votes = T.Zero;
        for (var model = 0; model < tiles.Count; model++)
        {
            votes += tiles.Element(model, index) * rule.Votes[model];
        }

        var (sum, divisor) = (T.Zero, T.Zero);
        for (var model = 0; model < tiles.Count; model++)
        {
            var delta = tiles.Element(model, index);
            var own = delta * rule.Votes[model];
            if (votes >= T.Zero ? own > T.Zero : own < T.Zero)
            {
                sum += delta * rule.Factors[model];
                divisor += rule.Weights[model];
            }
        }

        return rule.Divides ? sum / T.Max(divisor == T.Zero ? T.One : divisor, rule.MinDivisor) : sum;
    }

    /// <summary>The election's numbers in the tile's type.</summary>
    private sealed class Rule<T>(SignElection election)
        where T : unmanaged, INumber<T>
    {
        public T[] Votes { get; } = Rounded(election.Votes);

        public T[] Factors { get; } = Rounded(election.Factors);

        public T[] Weights { get; } = Rounded(election.Weights ?? election.Votes);

        public bool Divides { get; } = election.Weights is not null;

        public T MinDivisor { get; } = T.CreateTruncating(election.MinDivisor);

        public T Lambda { get; } = T.CreateTruncating(election.Lambda);

        private static T[] Rounded(IReadOnlyList<double> numbers) => [.. numbers.Select(T.CreateTruncating)];
    }
}
