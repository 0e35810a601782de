using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class ArceeFusionTests : TensorTests
{
    [Fact]
    public void Each_weight_is_one_of_the_two()
    {
        var (origin, model) = (Normal(1, 30, 20), Normal(2, 30, 20));

        var merged = Merge(origin, model);

        Assert.True(merged.eq(origin).logical_or(merged.eq(model)).all().item<bool>());
        Assert.InRange(merged.eq(model).sum().item<long>(), 1, 200);
    }

    [Fact]
    public void A_change_that_stands_out_is_taken()
    {
        var origin = Normal(1, 30, 20);
        var model = origin + (Normal(2, 30, 20) * 1e-3);
        model[7, 3] += 1;

        Assert.Equal(model[7, 3].item<float>(), Merge(origin, model)[7, 3].item<float>());
    }

    private static torch.Tensor Merge(torch.Tensor origin, torch.Tensor model) =>
        new InMemoryMerge("arcee_fusion") { Base = origin, Models = [model] }.Run();
}
