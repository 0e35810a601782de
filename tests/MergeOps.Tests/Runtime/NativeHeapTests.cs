using MergeOps.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Runtime;

/// <summary>What is freed goes back to the system, so that a model that is read layer by layer takes no more than its layers.</summary>
[RunsAlone("measures the memory of the process")]
public sealed class NativeHeapTests
{
    public NativeHeapTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Large_blocks_that_are_freed_are_given_back_to_the_system()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the bound is one of Linux's C library");
        NativeHeap.ReturnLargeBlocks();
        var before = Environment.WorkingSet;

        // blocks of many sizes, as those of layers are, of which each third one stays
        List<Tensor> kept = [];
        for (var round = 0; round < 24; round++)
        {
            var block = ones((2 + (round % 7)) << 18);
            if (round % 3 == 0)
            {
                kept.Add(block);
            }
            else
            {
                block.Dispose();
            }
        }

        var held = kept.Sum(block => block.numel() * sizeof(float));
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, held + (16 << 20));
        kept.ForEach(block => block.Dispose());
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 16 << 20);
    }
}
