using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Runtime;
using Xunit;

namespace MergeOps.Tests.Calibration;

/// <summary>The states of prompts that make the router of a mixture, against those that transformers gives (<c>hidden_states</c>; <c>Data/Calibration/make_statistics.py</c>).</summary>
public sealed class GateWalkTests : IDisposable
{
    /// <summary>Of a tensor's norm: float32 states against float64 ones.</summary>
    private const double Tolerance = 2e-6;

    private readonly TemporaryFolder folder = new();

    public GateWalkTests() => TorchRuntime.EnsureLoaded();

    public static TheoryData<string> DecoderModels => InputWalkTests.DecoderModels;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(DecoderModels))]
    public void The_states_that_go_into_each_layer_are_those_of_transformers(string name)
    {
        using var model = TorchStatistics.Open(name, folder["model"]);
        foreach (var (mode, key) in new[] { (GateMode.Hidden, "last"), (GateMode.HiddenAverage, "mean") })
        {
            var measured = Run(model, mode, [(TorchStatistics.Rows.Length, 0)], TorchStatistics.Read());
            var layers = measured with
            {
                Tensors = new Dictionary<string, double[]> { ["all"] = [.. Enumerable.Range(0, model.Layers).SelectMany(layer => measured.Tensors[$"layers.{layer}.experts"])] },
            };

            Assert.InRange(layers.DifferenceTo("all", TorchStatistics.Decoders["models"]![name]![key]!), 0, Tolerance);
        }
    }

    [Fact]
    public void Prompts_against_an_expert_are_taken_from_those_for_it()
    {
        using var model = TorchStatistics.Open("llama", folder["model"]);
        var (first, second) = (TorchStatistics.Read()[0], TorchStatistics.Read()[1]);

        var both = Run(model, GateMode.Hidden, [(1, 1), (1, 0), (1, 0)], first, second, first, second);

        foreach (var rows in both.Tensors.Values.Select(tensor => tensor.Chunk(model.HiddenSize).ToArray()))
        {
            Assert.Equal(3, rows.Length);
            Assert.All(rows[1].Zip(rows[2], rows[0]), row => Assert.Equal(row.First - row.Second, row.Third, 1e-6));
        }
    }

    private Measured Run(MergeOps.Calibration.Walks.ILayeredModel model, GateMode mode, (int Positive, int Negative)[] experts, params IReadOnlyList<CalibrationExample> prompts)
    {
        var here = SourceSpan.File("recipe.yml");
        var mixture = new MixtureSettings(
            new(mode, here),
            [.. experts.Select(expert => new MixtureExpert(new(new(new("./a"), here), null, [], here), [.. Enumerable.Repeat("for", expert.Positive)], [.. Enumerable.Repeat("against", expert.Negative)]))],
            [],
            null,
            null,
            here);
        var work = folder[$"work-{Guid.NewGuid():N}"];
        Directory.CreateDirectory(work);
        return Measured.Of(new GateWalk(model, [.. prompts.Select((prompt, number) => prompt with { Number = number })], CalibrationData.OfPrompts(mixture, ""), work, TestContext.Current.CancellationToken).Steps(), work);
    }
}
