using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class IsoCtsTests : SpectralTests
{
    [Fact]
    public void All_singular_values_are_equal()
    {
        torch.Tensor[] tasks = [Normal(1, 20, 30), Normal(2, 20, 30)];

        var values = torch.linalg.svdvals(Change("iso_cts", tasks).to(torch.float64));

        AssertNear(torch.full_like(values, values[0].item<double>()), values, 1e-5);
    }

    [Fact]
    public void Without_directions_of_the_tasks_it_is_iso_c()
    {
        torch.Tensor[] tasks = [Normal(1, 20, 30), Normal(2, 20, 30)];

        AssertNear(Change("iso_c", tasks), Change("iso_cts", tasks, merge => merge.With("common_space_fraction", 1)), 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void The_directions_of_the_tasks_are_never_more_than_there_are(double common)
    {
        // three models in four or five directions: rounding would ask for more
        foreach (var side in new long[] { 3, 4, 5, 8 })
        {
            var merged = Change("iso_cts", [Normal(1, side, 30), Normal(2, side, 30), Normal(3, side, 30)], merge => merge.With("common_space_fraction", common));

            Assert.True(merged.isfinite().all().item<bool>());
        }
    }
}
