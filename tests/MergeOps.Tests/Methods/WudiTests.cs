using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class WudiTests : SpectralTests
{
    private const double WithoutEnd = 1e12;

    [Theory]
    [InlineData(12, 20)]
    [InlineData(20, 12)]
    public void One_model_is_given_back_without_early_stopping(long rows, long columns)
    {
        var tau = Normal(1, rows, columns);

        AssertNear(tau, Change("wudi", [tau], Solved), 1e-5);
    }

    [Theory]
    [InlineData(12, 20)]
    [InlineData(20, 12)]
    [InlineData(4, 30)]
    public void The_gradient_of_the_loss_is_zero_at_the_solution(long rows, long columns)
    {
        torch.Tensor[] tasks = [.. Enumerable.Range(1, 3).Select(i => Normal((ulong)i, rows, columns).to(torch.float64))];

        var merged = Change("wudi", tasks, Solved);

        AssertNear(torch.zeros_like(merged) + Gradient(tasks, torch.zeros_like(merged)).abs().max() * 1e-8, Gradient(tasks, merged).abs(), 1);
    }

    [Fact]
    public void The_solution_is_that_of_RegMean_with_the_task_vectors_as_inputs()
    {
        torch.Tensor[] tasks = [Normal(1, 20, 12).to(torch.float64), Normal(2, 20, 12).to(torch.float64)];
        var grams = Array.ConvertAll(tasks, task => task.t().mm(task) / task.square().sum());
        var expected = torch.linalg.solve(grams[0] + grams[1], (tasks[0].mm(grams[0]) + tasks[1].mm(grams[1])).t()).t();

        AssertNear(expected, Change("wudi", tasks, Solved), 1e-8);
    }

    [Fact]
    public void Without_time_it_is_its_start()
    {
        torch.Tensor[] tasks = [Normal(1, 12, 20), Normal(2, 12, 20)];

        AssertNear(tasks[0] + tasks[1], Change("wudi", tasks, merge => merge.With("exp_time", 0)), 1e-6);
        AssertNear((tasks[0] + tasks[1]) / 2, Change("wudi", tasks, merge => merge.With("exp_time", 0).With("init", ParameterValue.Of("mean"))), 1e-6);
    }

    [Fact]
    public void Task_vectors_with_rows_at_right_angles_are_summed()
    {
        torch.Tensor[] tasks = [Normal(1, 12, 20), Normal(2, 12, 20)];
        tasks[0].narrow(1, 0, 10).zero_();
        tasks[1].narrow(1, 10, 10).zero_();

        AssertNear(tasks[0] + tasks[1], Change("wudi", tasks), 1e-5);
    }

    private static InMemoryMerge Solved(InMemoryMerge merge) => merge.With("exp_time", WithoutEnd).With("rank_ratio", 1);

    private static torch.Tensor Gradient(torch.Tensor[] tasks, torch.Tensor at) =>
        tasks.Select(task => (at - task).mm(task.t()).mm(task) * (2 / task.square().sum().item<double>())).Aggregate((sum, each) => sum + each);
}
