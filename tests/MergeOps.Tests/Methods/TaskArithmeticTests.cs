using Xunit;

namespace MergeOps.Tests.Methods;

public sealed class TaskArithmeticTests : TensorTests
{
    private static InMemoryMerge Merge => new("task_arithmetic") { Base = Vector(1, 1), Models = [Vector(3, 1), Vector(1, 5)] };

    [Fact]
    public void Adds_the_weighted_task_vectors() => AssertValues([2, 0], Merge.WithEach("weight", 0.5, -0.25).Run());

    [Fact]
    public void Lambda_multiplies_the_sum() => AssertValues([3, -1], Merge.WithEach("weight", 0.5, -0.25).With("lambda", 2).Run());

    [Fact]
    public void Normalize_divides_by_the_sum_of_the_weights() =>
        AssertValues([2.5f, 2], Merge.WithEach("weight", 3, 1).With("normalize", true).Run());

    [Fact]
    public void Without_weights_the_base_is_the_result()
    {
        var merge = Merge.WithEach("weight", 0, 0);

        Assert.Equal(-1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        AssertValues([1, 1], merge.Run());
    }

    [Theory]
    [InlineData("task_arithmetic", 1e-9, null)]
    [InlineData("task_arithmetic", -1e-9, null)]
    [InlineData("task_arithmetic", 1e-7, 1)]
    [InlineData("dare_linear", 1e-9, null)]
    [InlineData("ties", 1e-9, 1)]
    public void A_sum_of_weights_that_is_not_divided_by_gives_no_model(string method, double weight, int? equal)
    {
        var merge = Merge with { Method = new InMemoryMerge(method).Method };
        merge = merge.WithEach("weight", 0, weight).With("normalize", true);

        Assert.Equal(equal, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }

    [Fact]
    public void A_sum_of_weights_that_is_nearly_zero_is_not_divided_by() =>
        AssertValues([1, 1 + 4e-9f], Merge.WithEach("weight", 0, 1e-9).With("normalize", true).Run());

    [Fact]
    public void A_negative_sum_of_weights_is_divided_by_as_it_is() =>
        AssertValues([2.5f, 2], Merge.WithEach("weight", -3, -1).With("normalize", true).Run());

    [Theory]
    [InlineData("task_arithmetic")]
    [InlineData("ties")]
    [InlineData("dare_linear")]
    public void With_a_lambda_of_zero_the_base_is_the_result(string method)
    {
        var merge = (Merge with { Method = new InMemoryMerge(method).Method }).WithEach("weight", 1, 1).With("lambda", 0);

        Assert.Equal(-1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
        AssertValues([1, 1], merge.Run());
    }

    [Theory]
    [InlineData("ties", 0.5, null)]
    [InlineData("ties", 1, 1)]
    [InlineData("dare_linear", 0.99, null)]
    [InlineData("breadcrumbs", 0.9, null)]
    [InlineData("della", 0, null)]
    public void A_task_vector_that_loses_entries_is_not_its_model(string method, double density, int? equal)
    {
        var merge = (Merge with { Method = new InMemoryMerge(method).Method }).WithEach("weight", 0, 1).WithEach("density", density, density);

        Assert.Equal(equal, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }

    [Fact]
    public void One_whole_task_vector_gives_its_model()
    {
        var merge = Merge.WithEach("weight", 0, 1);

        Assert.Equal(1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }

    [Fact]
    public void A_negative_zero_of_the_base_becomes_a_positive_one()
    {
        var merged = new InMemoryMerge("task_arithmetic") { Base = Vector(-0f, 1), Models = [Vector(-0f, 1)] }.WithEach("weight", 0.5).Run();

        Assert.All(merged.data<float>().ToArray(), value => Assert.False(float.IsNegative(value)));
    }
}
