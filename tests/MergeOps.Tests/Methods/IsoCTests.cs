using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class IsoCTests : SpectralTests
{
    [Theory]
    [InlineData(12, 12)]
    [InlineData(12, 40)]
    [InlineData(40, 12)]
    public void All_singular_values_are_the_mean_of_those_of_the_sum(long rows, long columns)
    {
        torch.Tensor[] tasks = [Normal(1, rows, columns), Normal(2, rows, columns)];
        var mean = torch.linalg.svdvals((tasks[0] + tasks[1]).to(torch.float64)).mean().item<double>();

        var values = torch.linalg.svdvals(Change("iso_c", tasks, merge => merge.With("lambda", 1.5)).to(torch.float64));

        AssertNear(torch.full_like(values, 1.5 * mean), values, 1e-5);
    }

    [Fact]
    public void One_model_with_equal_singular_values_is_given_back()
    {
        var tau = (Orthonormal(1, 12) * 0.3).to(torch.float32).contiguous();

        AssertNear(tau, Change("iso_c", [tau]), 1e-5);
    }

    [Fact]
    public void Small_directions_of_the_sum_become_as_large_as_the_others()
    {
        // singular values from 1 to 1e-5: the product of the matrix with itself alone would lose the small ones
        var (left, right) = (Orthonormal(1, 12), Orthonormal(2, 12));
        var sizes = torch.logspace(0, -5, 12, dtype: torch.float64);
        var tau = left.mul(sizes).mm(right.t());

        var values = torch.linalg.svdvals(Change("iso_c", [tau]));

        AssertNear(torch.full_like(values, sizes.mean().item<double>()), values, 1e-6);
    }
}
