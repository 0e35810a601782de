using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.PostProcessing;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods.PostProcessing;

public sealed class AimTests : TensorTests
{
    [Fact]
    public void Changes_are_held_back_where_inputs_of_the_base_are_large()
    {
        var (origin, model) = (torch.zeros(2, 3), torch.ones(2, 3));

        // 1 − (1 − 0.4) · a / 4
        AssertValues([1, 0.7f, 0.4f, 1, 0.7f, 0.4f], Run(origin, model, 0.4, Vector(0, 2, 4)));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.4)]
    public void Nothing_changes_for_an_omega_of_1_or_without_activations(double omega)
    {
        var (origin, model) = (Normal(1, 5, 7), Normal(2, 5, 7));
        var plain = new InMemoryMerge("task_arithmetic") { Base = origin, Models = [model] }.WithEach("weight", 1);

        AssertEqual(plain.Run(), Run(origin, model, omega, omega == 1 ? Normal(3, 7).abs() : null));
    }

    private static torch.Tensor Run(torch.Tensor origin, torch.Tensor model, double omega, torch.Tensor? activations)
    {
        var aim = MethodCatalogue.PostProcessors.Single(processor => processor.Name == "aim");
        var merge = new InMemoryMerge("task_arithmetic") { Base = origin, Models = [model] }.WithEach("weight", 1);
        var step = new PostStep(aim, new([new(aim.Parameters[0], ParameterValue.Of(omega))]), 0);
        return (merge with
        {
            Method = new PostProcessedMethod(merge.Method, [step]),
            BaseStatistics = activations is null ? merge.BaseStatistics : ImmutableDictionary<StatisticKind, torch.Tensor>.Empty.Add(StatisticKind.Activation, activations),
        }).Run();
    }
}
