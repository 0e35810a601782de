using MergeOps.Methods.Contract;
using MergeOps.Methods.PostProcessing;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods.PostProcessors;

public sealed class LinesTests : TensorTests
{
    private static PostProcessor Lines => MethodCatalogue.PostProcessors.Single(processor => processor.Name == "lines");

    [Theory]
    [InlineData(0, 0.4f)]
    [InlineData(0.5, 0.9f)]
    [InlineData(1, 1.4f)]
    public void The_factor_lies_on_a_line_over_the_layers(double position, float factor) =>
        AssertValues([1 + (2 * factor), 1 - (4 * factor)], Run(position, ("alpha", 0.4), ("beta", 1)));

    [Theory]
    [InlineData(0, 0.4f)]
    [InlineData(1, 1)]
    public void Without_a_slope_the_last_layer_is_left_as_it_is(double position, float factor) =>
        AssertValues([1 + (2 * factor), 1 - (4 * factor)], Run(position, ("alpha", 0.4)));

    private static torch.Tensor Run(double position, params (string Name, double Value)[] parameters)
    {
        var resolved = new ResolvedParameters(parameters.Select(each => new ResolvedValue(Lines.Parameters.Single(parameter => parameter.Name == each.Name), ParameterValue.Of(each.Value))));
        var method = new PostProcessedMethod(MethodCatalogue.Default.Find("task_arithmetic")!, [new PostStep(Lines, resolved, position)]);
        return new InMemoryMerge(method) { Base = Vector(1, 1), Models = [Vector(3, -3)] }.WithEach("weight", 1).Run();
    }
}
