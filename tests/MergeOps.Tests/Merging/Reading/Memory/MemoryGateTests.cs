using MergeOps.Merging.Reading.Memory;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Memory;

public sealed class MemoryGateTests
{
    private const long Block = KeptBytes.BlockSize;

    [Fact]
    public void What_is_kept_and_what_jobs_take_stay_below_three_quarters_of_the_limit()
    {
        using var gate = new MemoryGate(16 * Block, workers: 2);
        using var kept = gate.TryKeep([5 * Block, (3 * Block) + 1]);

        Assert.Equal([5 * Block, (3 * Block) + 1], kept!.Inputs.Select(input => input.Length));
        Assert.Null(gate.TryKeep([(3 * Block) + 1]));
        using (gate.Enter(3 * Block, TestContext.Current.CancellationToken))
        {
            Assert.Null(gate.TryKeep([1]));
        }

        using var rest = gate.TryKeep([3 * Block]);
        Assert.NotNull(rest);
    }

    [Fact]
    public void Blocks_are_used_again_and_given_back_when_a_job_needs_their_place()
    {
        using var gate = new MemoryGate(16 * Block, workers: 2);
        gate.TryKeep([10 * Block])!.Dispose();
        gate.TryKeep([8 * Block])!.Dispose();
        Assert.Equal(10 * Block, gate.BytesOfBlocks);

        using (gate.Enter(9 * Block, TestContext.Current.CancellationToken))
        {
            Assert.Equal(3 * Block, gate.BytesOfBlocks);
        }

        gate.Dispose();
        Assert.Equal(0, gate.BytesOfBlocks);
    }

    [Fact]
    public void Of_a_small_model_no_more_is_kept_than_is_used_again()
    {
        using var gate = new MemoryGate(1000 * Block, workers: 1, toDo: 16 * 40 * Block);

        Assert.Null(gate.TryKeep([41 * Block]));
        using var first = gate.TryKeep([30 * Block]);
        Assert.Null(gate.TryKeep([11 * Block]));
        using var second = gate.TryKeep([10 * Block]);

        Assert.NotNull(second);
    }

    [Fact]
    public void Bytes_that_cross_blocks_are_copied_whole()
    {
        using var gate = new MemoryGate(16 * Block, workers: 1);
        using var kept = gate.TryKeep([2 * Block]);
        var bytes = kept!.Inputs[0];
        bytes.Run(Block - 2, 9)[..2].Fill(7);
        bytes.Run(Block, 9)[..3].Fill(9);

        var copied = new byte[4];
        bytes.CopyTo(Block - 2, copied);

        Assert.Equal([7, 7, 9, 9], copied);
        Assert.Equal(2, bytes.Run(Block - 2, 9).Length);
    }
}
