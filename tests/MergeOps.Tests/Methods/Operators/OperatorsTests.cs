using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.Operators.Torch;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

/// <summary>The SIMD loops and torch give the same bits.</summary>
public sealed class OperatorsTests : TensorTests
{
    private const long Rows = 9;
    private const long RowLength = 1037;
    private const long Start = 5 * RowLength;
    private const double DivergenceTolerance = 1e-5;

    private static readonly OperatorSet[] Both = [CpuOperators.All, TorchOperators.All];

    private static readonly RandomWords Random = RandomWords.Of(3, "lm_head.weight", 1);

    public static TheoryData<bool> Types => [false, true];

    [Theory]
    [MemberData(nameof(Types))]
    public void Sums_add_in_the_same_order(bool isDouble)
    {
        var (a, b) = (Normal(1, isDouble), Normal(2, isDouble));

        AssertSame(operators =>
        {
            var gram = operators.Get<IProducts>().StartGram(2);
            var magnitudes = operators.Get<IProducts>().StartMagnitudeSum();
            foreach (var (start, length) in new[] { (0L, 4000L), (4000L, 33L), (4033L, (Rows * RowLength) - 4033L) })
            {
                torch.Tensor[] tiles = [a.view(-1).narrow(0, start, length), b.view(-1).narrow(0, start, length)];
                gram.Add(tiles);
                magnitudes.Add(tiles[0]);
            }

            return [gram[0, 0], gram[0, 1], gram[1, 1], magnitudes.Value];
        });
        AssertSame(operators => operators.Get<IProducts>().RowProducts(a, b));
        AssertSame(operators =>
        {
            var sums = new double[RowLength];
            operators.Get<IProducts>().AddColumnProducts(a, b, Start, sums);
            return sums;
        });
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Divergences_agree(bool isDouble)
    {
        var (a, b) = (Normal(1, isDouble), Normal(2, isDouble));
        foreach (var near in new[] { a + (b * 1e-3), b })
        {
            var (first, second) = (Both[0].Get<IDivergences>().RowDivergences(a, near), Both[1].Get<IDivergences>().RowDivergences(a, near));
            Assert.All(first.Zip(second), pair => Assert.Equal(1, pair.First / pair.Second, DivergenceTolerance));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Selections_agree_among_ties(bool isDouble)
    {
        var values = Normal(1, isDouble).mul(8).round();
        AssertSameTensor(operators => Select(operators.Get<ISelections>().StartSelection(values.numel(), 700, 3000), values.clone()));
        AssertSameTensor(operators => Select(operators.Get<ISelections>().StartSelectionOfNonZeros(values.numel(), 0.3), values.clone()));
        AssertSame(operators =>
        {
            var quantiles = operators.Get<ISelections>().StartQuantiles(values.numel(), 0.1, 0.5, 0.9);
            while (quantiles.NeedsScan)
            {
                quantiles.Count(values);
                quantiles.EndScan();
            }

            return [.. quantiles.Values];
        });
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Random_masks_agree(bool isDouble)
    {
        var values = Normal(1, isDouble);
        AssertSameTensor(operators => InPlace(values, tile => operators.Get<IRandomMasks>().KeepRandomly(tile, Start, Random, 0.37)));
        AssertSameTensor(operators => InPlace(values, tile => operators.Get<IRandomMasks>().KeepByRank(tile, Start, Random, (0.2, 0.7), divide: false)));
        AssertSameTensor(operators => InPlace(values.round(), tile => operators.Get<IRandomMasks>().KeepByRank(tile, Start, Random, (0.2, 0.7), divide: true)));
        AssertSameTensor(operators => InPlace(values.pow(9), tile => operators.Get<IRandomMasks>().KeepByRank(tile, Start, Random, (0.2, 0.7), divide: false)));
        AssertSameTensor(operators => InPlace(values.mul(8).round(), tile => operators.Get<IRandomMasks>().KeepByRank(tile, Start, Random, (0.2, 0.7), divide: false)));
        AssertSameTensor(operators => InPlace(values.sign(), tile => operators.Get<IRandomMasks>().KeepByRank(tile, Start, Random, (0.2, 0.7), divide: false)));
        AssertSameTensor(operators => InPlace(values.view(-1, 1), tile => operators.Get<IRandomMasks>().KeepByRank(tile, Start, Random, (0.2, 0.7), divide: true)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void What_was_kept_once_is_kept_again(bool isDouble)
    {
        var (sparse, other) = (Normal(1, isDouble).clamp_(min: 0).view(-1), Normal(2, isDouble).view(-1));
        var expected = other.masked_fill(sparse == 0, 0);

        Assert.All(Both, operators =>
        {
            var (kept, dropped) = (operators.Get<IRandomMasks>().StartKeptEntries(), other.clone());
            ForEachTile(tile => kept.Note(sparse.narrow(0, tile.Start, tile.Length)));
            ForEachTile(tile => kept.Drop(dropped.narrow(0, tile.Start, tile.Length)));
            Assert.True(dropped.eq(expected).all().item<bool>());
        });

        static void ForEachTile(Action<(long Start, long Length)> visit) =>
            Array.ForEach([(0, 4000), (4000, 33), (4033, (Rows * RowLength) - 4033)], visit);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Weighted_sums_round_alike(bool isDouble)
    {
        var anchor = Normal(0, isDouble);
        torch.Tensor[] models = [Normal(1, isDouble), Normal(2, isDouble), Normal(3, isDouble)];
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IWeightedSums>().Interpolate(output, anchor, 0.9, models, [0.3, -0.7, 0.11])));
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IVariances>().Variance(output, models)));
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IWeightedSums>().AddWeighted(output, anchor, models, [0.3, -0.7, 0.11])));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Differences_and_importances_round_alike(bool isDouble)
    {
        var (anchor, values) = (Normal(0, isDouble), Normal(1, isDouble));
        double[] factors = [.. Enumerable.Range(0, (int)Rows).Select(row => 0.1 + (row / 3.0))];
        AssertSameTensor(operators => InPlace(values, tile => operators.Get<IDifferences>().Subtract(tile, anchor)));
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IImportances>().Importance(output, values, anchor, factors)));
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IImportances>().TakeImportant(output, values, anchor, factors, 0.7)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Consensus_sums_agree(bool isDouble)
    {
        var anchor = Normal(0, isDouble).round();
        torch.Tensor[] models = [Normal(1, isDouble).round(), Normal(2, isDouble).round(), Normal(3, isDouble)];
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IConsensusSums>().AddConsensus(output, anchor, models, [0.2, 1, 0.7], needed: 2, lambda: 0.3)));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Elections_agree(bool isDouble)
    {
        var anchor = Normal(0, isDouble);
        torch.Tensor[] deltas = [Normal(1, isDouble).round(), Normal(2, isDouble).round(), Normal(3, isDouble)];
        double[] factors = [0.3, 0.7, -0.11];
        foreach (var election in new SignElection[]
        {
            new(factors, factors, Lambda: 0.8),
            new(factors, factors, [1, 0.5, -1]),
            new([1, 1, 1], factors, [1e-7, 0.5, 0.5]) { MinDivisor = 1e-6 },
        })
        {
            AssertSameTensor(operators => Output(anchor, output => operators.Get<IElectedSums>().AddElected(output, anchor, deltas, election)));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Moved_weights_agree(bool isDouble)
    {
        var anchor = Normal(0, isDouble);
        torch.Tensor[] deltas = [Normal(1, isDouble), Normal(2, isDouble), Normal(3, isDouble)];
        AssertSameTensor(operators => Output(anchor, output => operators.Get<IMovedSums>().AddMoved(output, anchor, deltas, 0.7, [1.1, 1.2, 1.3])));
        AssertSame(operators =>
        {
            var (alone, together) = (new long[3], new long[3]);
            operators.Get<IMovedSums>().CountMoved(deltas, 0.7, alone, together);
            return [.. alone.Concat(together).Select(count => (double)count)];
        });
    }

    private static torch.Tensor Normal(ulong seed, bool isDouble)
    {
        using var generator = new torch.Generator(seed);
        return torch.randn(Rows, RowLength, torch.float64, generator: generator).to(isDouble ? torch.float64 : torch.float32);
    }

    private static torch.Tensor Select(IMagnitudeSelection selection, torch.Tensor values)
    {
        while (selection.NeedsScan)
        {
            selection.Count(values);
            selection.EndScan();
        }

        selection.Keep(values.narrow(0, 0, 4));
        selection.Keep(values.narrow(0, 4, Rows - 4));
        return values;
    }

    private static torch.Tensor InPlace(torch.Tensor values, Action<torch.Tensor> change)
    {
        var copy = values.clone();
        change(copy);
        return copy;
    }

    private static torch.Tensor Output(torch.Tensor like, Action<torch.Tensor> write)
    {
        var output = torch.full_like(like, double.NaN);
        write(output);
        return output;
    }

    private static void AssertSame(Func<OperatorSet, double[]> result) => Assert.Equal(result(Both[0]), result(Both[1]));

    private static void AssertSameTensor(Func<OperatorSet, torch.Tensor> result) =>
        Assert.True(result(Both[0]).eq(result(Both[1])).all().item<bool>());
}
