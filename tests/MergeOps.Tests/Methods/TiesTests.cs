using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class TiesTests : TensorTests
{
    [Fact]
    public void Trims_elects_and_averages_the_agreeing_as_in_the_papers_figure()
    {
        var merge = new InMemoryMerge("ties")
        {
            Base = torch.ones(4),
            Models = [torch.tensor(new[] { 3f, 1.25f, -1f, 6f }), torch.tensor(new[] { 5f, 1f, 2f, -2f })],
        }.WithEach("weight", 1, 1).WithEach("density", 0.75, 0.75);

        // deltas 2, .25, -2, 5 and 4, 0, 1, -3; the smallest of each is trimmed
        Assert.Equal([1 + 3f, 1f, 1 - 2f, 1 + 5f], merge.Run().data<float>().ToArray());
    }
}
