using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class BreadcrumbsTests : TensorTests
{
    private static InMemoryMerge Merge => new InMemoryMerge("breadcrumbs")
    {
        Base = torch.zeros(10),
        Models = [Vector(1, -2, 3, -4, 5, -6, 7, -8, 9, -10)],
    }.WithEach("weight", 1).WithEach("density", 0.5);

    [Fact]
    public void Cuts_off_the_largest_and_the_smallest() =>
        AssertValues([0, 0, 0, -4, 5, -6, 7, -8, 0, 0], Merge.WithEach("gamma", 0.2).Run());

    [Fact]
    public void Where_no_outlier_is_to_be_cut_the_largest_stay() =>
        AssertValues([0, 0, 0, 0, 0, -6, 7, -8, 9, -10], Merge.WithEach("gamma", 0.01).Run());

    [Fact]
    public void Where_both_shares_are_more_than_all_fewer_outliers_are_cut() =>
        AssertValues([1, -2, 3, -4, 5, -6, 7, -8, 9, 0], Merge.WithEach("density", 0.9).WithEach("gamma", 0.5).Run());
}
