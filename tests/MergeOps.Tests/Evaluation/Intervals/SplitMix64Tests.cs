using MergeOps.Evaluation.Intervals;
using Xunit;

namespace MergeOps.Tests.Evaluation.Intervals;

public sealed class SplitMix64Tests
{
    /// <summary>The first outputs for seed 1234567 of the reference splitmix64.c by S. Vigna (prng.di.unimi.it).</summary>
    [Fact]
    public void The_reference_sequence_is_reproduced()
    {
        var random = new SplitMix64(1_234_567);

        Assert.Equal<ulong>(
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431, 16_408_922_859_458_223_821],
            [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()]);
    }

    [Fact]
    public void Every_number_below_the_limit_comes_and_none_at_it()
    {
        var random = new SplitMix64(1);
        var drawn = Enumerable.Range(0, 1000).Select(_ => random.Below(7)).ToList();

        Assert.Equal<int>([0, 1, 2, 3, 4, 5, 6], drawn.Distinct().Order());
    }
}
