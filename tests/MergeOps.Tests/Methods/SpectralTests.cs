using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>What tests of methods on singular vectors have in common.</summary>
public abstract class SpectralTests : TensorTests
{
    /// <summary>The merged task vector: on a base of zeros, so that nothing is rounded away.</summary>
    private protected static torch.Tensor Change(string method, torch.Tensor[] tasks, Func<InMemoryMerge, InMemoryMerge>? with = null)
    {
        var merge = new InMemoryMerge(method) { Base = torch.zeros_like(tasks[0]), Models = [.. tasks] };
        return (with?.Invoke(merge) ?? merge).Run();
    }

    /// <summary>A square matrix with orthonormal columns.</summary>
    private protected static torch.Tensor Orthonormal(ulong seed, long side) => torch.linalg.qr(Normal(seed, side, side).to(torch.float64)).Q;

    /// <summary>Compares by the largest magnitude that is expected.</summary>
    private protected static void AssertNear(torch.Tensor expected, torch.Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var (one, other) = (expected.to(torch.float64), actual.to(torch.float64));
        var difference = (one - other).abs().max().item<double>();
        Assert.True(difference <= tolerance * Math.Max(one.abs().max().item<double>(), 1e-30), $"they differ by {difference}");
    }
}

/// <summary>What holds for every method on singular vectors.</summary>
public sealed class SpectralMethodTests : SpectralTests
{
    public static TheoryData<string> Methods => [.. MethodCatalogue.Default.Methods.Where(method => method.DecomposesMatrices).Select(method => method.Name)];

    [Fact]
    public void There_are_such_methods() => Assert.Contains("tsv", MethodCatalogue.Default.Methods.Where(method => method.DecomposesMatrices).Select(method => method.Name));

    [Theory]
    [MemberData(nameof(Methods))]
    public void Tensors_that_are_no_matrix_take_the_mean(string name)
    {
        foreach (var shape in new long[][] { [40], [], [1, 40], [40, 1], [2, 40], [6, 5, 3], [4, 3, 2, 2] })
        {
            torch.Tensor[] tasks = [Normal(1, shape), Normal(2, shape), Normal(3, shape)];

            AssertNear((tasks[0] + tasks[1] + tasks[2]) / 3, Change(name, tasks), 1e-6);
        }
    }

    // a decomposition of m × n, n ≤ m, is n × n products of m numbers twice, and 9 n³ for the eigenvectors
    [Theory]
    [InlineData("iso_c", (4 * 64 * 64 * 96.0) + (9 * 64.0 * 64 * 64))]
    [InlineData("iso_cts", (4 * ((4 * 64 * 64 * 96.0) + (9 * 64.0 * 64 * 64))) + (4 * 64 * 64 * 64.0) + (9 * 64.0 * 64 * 64) + (4 * 64 * 64 * 96.0) + (9 * 64.0 * 64 * 64))]
    [InlineData("tsv", (3 * ((4 * 64 * 64 * 96.0) + (9 * 64.0 * 64 * 64))) + (4 * 63 * 63 * 64.0) + (9 * 63.0 * 63 * 63) + (4 * 63 * 63 * 96.0) + (9 * 63.0 * 63 * 63))]
    [InlineData("wudi", (4 * 64 * 64 * 288.0) + (9 * 64.0 * 64 * 64))]
    public void The_work_of_decompositions_is_known_before_they_begin(string name, double operations)
    {
        var merge = new InMemoryMerge(name) { Base = torch.zeros(96, 64), Models = [torch.zeros(96, 64), torch.zeros(96, 64), torch.zeros(96, 64)] };

        Assert.Equal(operations, merge.Method.DecompositionWork(merge.ResolvedParameters, [96, 64], 3));
        Assert.Equal(0, merge.Method.DecompositionWork(merge.ResolvedParameters, [96], 3));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Embeddings_and_heads_take_the_mean_unless_a_recipe_says_otherwise(string name)
    {
        torch.Tensor[] tasks = [Normal(1, 30, 12), Normal(2, 30, 12)];
        var mean = (tasks[0] + tasks[1]) / 2;

        AssertNear(mean, Change(name, tasks, merge => merge with { HasTokenRows = true }), 1e-6);
        AssertNear(Change(name, tasks), Change(name, tasks, merge => (merge with { HasTokenRows = true }).With("skip_embeddings", false)), 0);
        Assert.True((Change(name, tasks) - mean).abs().max().item<float>() > 0.01f);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_stack_of_matrices_is_merged_matrix_by_matrix(string name)
    {
        torch.Tensor[] tasks = [Normal(1, 3, 12, 40), Normal(2, 3, 12, 40)];

        var merged = Change(name, tasks);

        for (var i = 0; i < 3; i++)
        {
            AssertNear(Change(name, [.. tasks.Select(task => task[i].clone())]), merged[i], 0);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_model_that_changed_nothing_and_directions_that_none_uses_give_finite_numbers(string name)
    {
        var low = Normal(1, 12, 2).mm(Normal(2, 2, 20));
        var merged = Change(name, [low, Normal(3, 12, 20) * 0, Normal(4, 12, 1).mm(Normal(5, 1, 20))]);

        Assert.True(merged.isfinite().all().item<bool>());

        // no direction is invented: the columns stay in what the three of them span
        var basis = torch.linalg.qr(torch.cat([Normal(1, 12, 2), Normal(4, 12, 1)], 1).to(torch.float64)).Q;
        var columns = merged.to(torch.float64);
        AssertNear(columns, basis.mm(basis.t().mm(columns)), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Numbers_that_are_not_finite_stay_in_their_tensor(string name)
    {
        var task = Normal(1, 12, 20);
        task[3, 4] = float.NaN;

        Assert.True(Change(name, [task, Normal(2, 12, 20)]).isnan().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Small_and_large_task_vectors_are_merged_alike(string name)
    {
        torch.Tensor[] tasks = [Normal(1, 12, 20), Normal(2, 12, 20)];
        var merged = Change(name, tasks);

        foreach (var scale in new[] { 1e-18, 1e18 })
        {
            AssertNear(merged * scale, Change(name, [.. tasks.Select(task => task * scale)]), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_plan_knows_of_the_memory_of_large_matrices(string name)
    {
        var merge = new InMemoryMerge(name);
        var method = merge.Method;

        var held = method.HeldBytes(merge.ResolvedParameters, [4096, 4096], 3, sizeof(float), hasStatistics: false);

        // a few times the tensor: three task vectors and some float64 copies, and nothing for a vector
        Assert.InRange(held, 5L * 4096 * 4096 * sizeof(float), 60L * 4096 * 4096 * sizeof(float));
        Assert.Equal(0, method.HeldBytes(merge.ResolvedParameters, [4096], 3, sizeof(float), hasStatistics: false));
    }
}
