using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>Beside the golden case, which NumPy computes, what follows from the formula alone.</summary>
public sealed class PcbTests : TensorTests
{
    [Fact]
    public void One_model_whose_entries_all_count_keeps_what_is_not_the_smallest_balance()
    {
        // |τ| = 1, 2, 3, 4: the bounds are the first and the third one, and β grows with the magnitude
        var merged = new InMemoryMerge("pcb") { Base = Vector(0, 0, 0, 0), Models = [Vector(1, -2, 3, -4)] }.WithEach("density", 1).Run();

        AssertValues([0, -2, 3, -3], merged);
    }

    [Fact]
    public void Where_two_models_disagree_the_one_that_is_larger_wins()
    {
        // τ·Στ is negative for the smaller one, whose entry has the least balance
        var merged = new InMemoryMerge("pcb") { Base = Vector(0, 0), Models = [Vector(0.5f, 3), Vector(1, -0.5f)] }.WithEach("density", 0.5, 0.5).Run();

        Assert.True(merged[1].item<float>() > 0);
    }

    [Fact]
    public void Nothing_learned_and_a_lambda_of_zero_give_the_base()
    {
        var same = new InMemoryMerge("pcb") { Base = Vector(1, 2, 3), Models = [Vector(1, 2, 3), Vector(1, 2, 3)] };
        AssertValues([1, 2, 3], same.Run());
        Assert.Equal(-1, same.With("lambda", 0).Method.EqualsInput(same.With("lambda", 0).ResolvedParameters, same.ResolvedModels));
    }
}
