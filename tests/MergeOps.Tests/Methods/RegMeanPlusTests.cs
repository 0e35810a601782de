using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>The arithmetic is that of <c>regmean</c>; how the Grams are measured is tested where they are.</summary>
public sealed class RegMeanPlusTests : TensorTests
{
    [Fact]
    public void Without_Grams_it_averages_by_the_weights() =>
        AssertValues([2.5f, 7], new InMemoryMerge("regmean_plus") { Models = [Vector(1, 4), Vector(3, 8)] }.WithEach("weight", 1, 3).Run());

    [Fact]
    public void It_needs_the_Grams_of_the_merge_and_is_planned_without_them_to_be_measured()
    {
        var method = MethodCatalogue.Default.Find("regmean_plus")!;

        Assert.Equal(StatisticKind.MergedGram, method.ModelStatistic);
        Assert.Null(method.BeforeMeasuring!.ModelStatistic);
        Assert.Equal(method.Parameters, method.BeforeMeasuring.Parameters);
    }
}
