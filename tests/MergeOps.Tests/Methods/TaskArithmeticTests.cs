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

    [Fact]
    public void One_whole_task_vector_gives_its_model()
    {
        var merge = Merge.WithEach("weight", 0, 1);

        Assert.Equal(1, merge.Method.EqualsInput(merge.ResolvedParameters, merge.ResolvedModels));
    }
}
