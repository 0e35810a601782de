using MergeOps.Methods.Contract;
using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class LocalizeStitchTests : TensorTests
{
    [Fact]
    public void The_largest_changes_are_kept_and_averaged_where_models_share_them() => AssertValues(
        [5, 0, 4, 0],
        new InMemoryMerge("localize_stitch") { Base = Vector(0, 0, 0, 0), Models = [Vector(5, 1, 3, 0), Vector(1, -2, 5, 2.5f)] }.WithEach("density", 0.5, 0.25).Run());

    [Fact]
    public void Changes_that_equal_the_last_one_kept_are_kept_too_over_the_model_and_the_first_of_them_in_a_tensor()
    {
        var merge = new InMemoryMerge("localize_stitch") { Base = Vector(0, 0, 0, 0), Models = [Vector(1, 2, -2, 2)] }.WithEach("density", 0.5);

        AssertValues([0, 2, -2, 2], merge.Run());
        AssertValues([0, 2, -2, 0], merge.With("scope", ParameterValue.Of("tensor")).Run());
    }

    [Fact]
    public void A_model_that_keeps_all_is_given_back()
    {
        var merge = new InMemoryMerge("localize_stitch") { Base = Vector(0, 0), Models = [Vector(1, 2)] }.WithEach("density", 1);

        Assert.Equal(0, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        AssertEqual(merge.Models[0], merge.Run());
    }
}
