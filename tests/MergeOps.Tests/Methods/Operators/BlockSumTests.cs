using MergeOps.Methods.Operators.Cpu;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

public sealed class BlockSumTests
{
    [Fact]
    public void Whole_numbers_are_summed_exactly()
    {
        var values = Enumerable.Range(1, 10_000).Select(i => (float)i).ToArray();
        var sum = new BlockSum();

        sum.AddProducts<float>(values, values);

        Assert.Equal(10_000.0 * 10_001 * 20_001 / 6, sum.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(4096)]
    [InlineData(5000)]
    public void Pieces_of_any_length_give_the_same_bits(int pieceLength)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 20_011).Select(_ => random.NextDouble() - 0.5).ToArray();
        var whole = new BlockSum();
        whole.AddMagnitudes<double>(values);
        var inPieces = new BlockSum();
        foreach (var piece in values.Chunk(pieceLength))
        {
            inPieces.AddMagnitudes<double>(piece);
        }

        Assert.Equal(BitConverter.DoubleToInt64Bits(whole.Value), BitConverter.DoubleToInt64Bits(inPieces.Value));
    }
}
