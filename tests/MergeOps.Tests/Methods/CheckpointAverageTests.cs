using MergeOps.Methods.Contract;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class CheckpointAverageTests : TensorTests
{
    [Theory]
    [InlineData("equal", new[] { 0.25, 0.25, 0.25, 0.25 })]
    [InlineData("linear", new[] { 0.1, 0.2, 0.3, 0.4 })]
    [InlineData("ema", new[] { 0.512, 0.128, 0.16, 0.2 })]
    [InlineData("wsm", new[] { 0.25, 0.25, 0.25, 0.25 })]
    public void The_weights_follow_from_the_schedule_and_sum_to_1(string schedule, double[] weights)
    {
        var merge = Of(schedule, 4);

        var shares = merge.Method.SharesOf(merge.ResolvedParameters, merge.ResolvedModels);

        Assert.Equal(weights, shares.Select(share => Math.Round(share, 12)));
        Assert.Equal(1, shares.Sum(), 12);
    }

    [Fact]
    public void Ema_is_the_running_average_that_training_keeps()
    {
        torch.Tensor[] models = [Normal(1, 50), Normal(2, 50), Normal(3, 50)];
        var average = models[0];
        foreach (var model in models[1..])
        {
            average = (0.3 * model) + (0.7 * average);
        }

        AssertValues(average.data<float>().ToArray(), new InMemoryMerge("checkpoint_average") { Models = [.. models] }
            .With("schedule", ParameterValue.Of("ema")).With("alpha", 0.3).Run());
    }

    [Fact]
    public void Wsm_is_the_end_of_a_run_whose_steps_were_scaled()
    {
        double[] decay = [0.9, 0.5, 0.2];
        torch.Tensor[] models = [Normal(1, 50), Normal(2, 50), Normal(3, 50), Normal(4, 50)];
        var end = models[0].to(torch.float64);
        for (var i = 0; i < decay.Length; i++)
        {
            end += decay[i] * (models[i + 1].to(torch.float64) - models[i].to(torch.float64));
        }

        AssertValues(end.to(torch.float32).data<float>().ToArray(), new InMemoryMerge("checkpoint_average") { Models = [.. models] }
            .With("schedule", ParameterValue.Of("wsm")).With("decay", ParameterValue.Of([.. decay])).Run());
    }

    [Theory]
    [InlineData("equal")]
    [InlineData("linear")]
    [InlineData("ema")]
    [InlineData("wsm")]
    public void One_checkpoint_alone_is_copied(string schedule)
    {
        var merge = Of(schedule, 1);

        Assert.Equal(0, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }

    [Theory]
    [InlineData("equal", new[] { 0.5, 0.2 }, "decay belongs to 'schedule: wsm'; leave it out, or change the schedule")]
    [InlineData("wsm", new[] { 0.5 }, "decay has 1 values, but 3 checkpoints have 2 steps between them")]
    [InlineData("wsm", new[] { 0.5, 0.6 }, "decay must fall from at most 1 to at least 0, or stay the same")]
    [InlineData("wsm", new[] { 1.5, 0.6 }, "decay must fall from at most 1 to at least 0, or stay the same")]
    [InlineData("wsm", new[] { 0.5, -0.1 }, "decay must fall from at most 1 to at least 0, or stay the same")]
    [InlineData("wsm", new[] { 0.5, 0.5 }, null)]
    public void A_decay_that_is_none_is_refused(string schedule, double[] decay, string? refusal)
    {
        var merge = Of(schedule, 3).With("decay", ParameterValue.Of([.. decay]));

        Assert.Equal(refusal, merge.Method.Refuses(merge.ResolvedParameters, merge.ResolvedModels));
    }

    private static InMemoryMerge Of(string schedule, int models) =>
        new InMemoryMerge("checkpoint_average") { Models = [.. Enumerable.Range(1, models).Select(i => Vector(i))] }.With("schedule", ParameterValue.Of(schedule));
}
