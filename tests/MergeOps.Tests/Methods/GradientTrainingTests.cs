using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>The merge of a start with what training changed; the training itself is tested where it is measured.</summary>
public sealed class GradientTrainingTests : TensorTests
{
    [Fact]
    public void Without_an_update_it_is_the_average_by_the_weights_or_the_first_model()
    {
        var merge = new InMemoryMerge("gradient") { Base = Vector(0, 0), Models = [Vector(1, 4), Vector(3, 8)] }.WithEach("weight", 1, 3);

        AssertValues([2.5f, 7], merge.Run());
        AssertValues([1, 4], merge.With("start", ParameterValue.Of("first")).Run());
    }

    [Fact]
    public void It_needs_what_training_changed_of_the_base_and_is_planned_without_it_to_be_measured()
    {
        var method = MethodCatalogue.Default.Find("gradient")!;

        Assert.True(method.NeedsBaseStatistic);
        Assert.Equal(StatisticKind.Update, method.BaseStatistic);
        Assert.Null(method.BeforeMeasuring!.BaseStatistic);
        Assert.Equal(method.Parameters, method.BeforeMeasuring.Parameters);
    }
}
