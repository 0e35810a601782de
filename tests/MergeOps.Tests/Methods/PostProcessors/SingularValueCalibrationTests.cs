using MergeOps.Methods.Contract;
using MergeOps.Methods.PostProcessing;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods.PostProcessors;

/// <summary>Beside the golden case, which NumPy computes, what follows from the formula alone.</summary>
public sealed class SingularValueCalibrationTests : TensorTests
{
    [Fact]
    public void A_direction_that_both_models_have_is_counted_once()
    {
        // both learned 2 in the first direction, and each something in one of its own
        var merged = Run(1, Diagonal(2, 1, 0), Diagonal(2, 0, 0.5f));

        // s is 2 for both in the first direction, 1 and 0 in the others: γ = ½ and 2/(1 + 1)
        AssertEqual(Diagonal(2, 1, 0.5f), merged.mul(1e5).round().div(1e5));
    }

    [Fact]
    public void Below_1_alpha_lets_directions_grow_that_one_model_has_alone() =>
        AssertEqual(Diagonal(2, 1.25f, 0.625f), Run(0.6, Diagonal(2, 1, 0), Diagonal(2, 0, 0.5f)).mul(1e5).round().div(1e5));

    [Fact]
    public void One_model_stays_as_it_is()
    {
        var model = Normal(3, 12).view(3, 4);

        Assert.True(Run(0.1, model).allclose(model, rtol: 1e-5, atol: 1e-6));
    }

    [Fact]
    public void Vectors_are_left_as_they_are_merged() => AssertValues([4, 6], Run(0.1, Vector(2, 3), Vector(2, 3)));

    private static torch.Tensor Diagonal(params float[] values) => torch.diag(Vector(values));

    private static torch.Tensor Run(double alpha, params torch.Tensor[] models)
    {
        var processor = MethodCatalogue.PostProcessors.Single(known => known.Name == "singular_value_calibration");
        var resolved = new ResolvedParameters([new ResolvedValue(processor.Parameters.Single(parameter => parameter.Name == "alpha"), ParameterValue.Of(alpha))]);
        var method = new PostProcessedMethod(MethodCatalogue.Default.Find("task_arithmetic")!, [new PostStep(processor, resolved, 0)]);
        return new InMemoryMerge(method) { Base = torch.zeros_like(models[0]), Models = [.. models] }.WithEach("weight", [.. models.Select(_ => 1.0)]).Run();
    }
}
