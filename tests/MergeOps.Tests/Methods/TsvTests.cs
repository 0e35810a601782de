using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class TsvTests : SpectralTests
{
    [Theory]
    [InlineData(12, 12)]
    [InlineData(12, 40)]
    [InlineData(40, 12)]
    public void One_model_is_given_back(long rows, long columns)
    {
        var tau = Normal(1, rows, columns);

        AssertNear(tau * 0.5, Change("tsv", [tau], merge => merge.With("lambda", 0.5)), 1e-5);
    }

    [Fact]
    public void Task_vectors_at_right_angles_are_summed()
    {
        var (left, right) = (Orthonormal(1, 12), Orthonormal(2, 12));
        torch.Tensor[] tasks = [Part(left, right, 0, 4), Part(left, right, 4, 4), Part(left, right, 8, 4)];

        AssertNear(tasks[0] + tasks[1] + tasks[2], Change("tsv", tasks), 1e-5);
    }

    [Fact]
    public void Only_the_largest_directions_of_each_model_are_kept()
    {
        var (left, right) = (Orthonormal(1, 12), Orthonormal(2, 12));
        torch.Tensor[] tasks = [Part(left, right, 0, 12), Normal(3, 12, 12) * 0];

        // of two models each keeps six of twelve
        AssertNear(Part(left, right, 0, 6), Change("tsv", tasks), 1e-5);
    }

    [Fact]
    public void The_same_task_twice_counts_once()
    {
        var tau = Part(Orthonormal(1, 12), Orthonormal(2, 12), 0, 6);

        AssertNear(tau, Change("tsv", [tau, tau]), 1e-5);
    }

    [Fact]
    public void Directions_of_different_models_are_turned_at_right_angles()
    {
        // with singular values of 1 the merged matrix is itself an isometry
        var tasks = Enumerable.Range(0, 3).Select(i => Isometry(Orthonormal((ulong)(2 * i) + 1, 12), Orthonormal((ulong)(2 * i) + 2, 12), 4)).ToArray();

        var merged = Change("tsv", tasks).to(torch.float64);

        AssertNear(torch.eye(12, dtype: torch.float64), merged.mm(merged.t()), 1e-5);
    }

    /// <summary>Singular triplets of falling size.</summary>
    private static torch.Tensor Part(torch.Tensor left, torch.Tensor right, long start, long count)
    {
        var values = torch.arange(12, 0, -1, dtype: torch.float64).narrow(0, start, count);
        return left.narrow(1, start, count).mul(values).mm(right.narrow(1, start, count).t()).to(torch.float32);
    }

    private static torch.Tensor Isometry(torch.Tensor left, torch.Tensor right, long count) => left.narrow(1, 0, count).mm(right.narrow(1, 0, count).t()).to(torch.float32);
}
