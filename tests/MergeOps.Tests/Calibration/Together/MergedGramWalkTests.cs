using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Together;
using MergeOps.Calibration.Walks;
using MergeOps.Methods.ClosedForms;
using MergeOps.Methods.Contract;
using MergeOps.Models;
using MergeOps.Runtime;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Calibration.Together;

/// <summary>Grams through merged layers, against those of models in whose layers the merge was put by hand.</summary>
public sealed class MergedGramWalkTests : IDisposable
{
    private const double Alpha = 0.6;
    private const double Ridge = 1e-6;

    private readonly TemporaryFolder folder = new();
    private readonly List<IDisposable> opened = [];

    public MergedGramWalkTests() => TorchRuntime.EnsureLoaded();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        opened.ForEach(each => each.Dispose());
        folder.Dispose();
    }

    [Fact]
    public void Models_that_are_equal_have_the_Grams_that_each_has_alone()
    {
        var (shape, model, _) = Models();

        var together = Walk(shape, [model, model], 1 << 30, "together");
        var alone = Alone(shape, model, "alone");

        foreach (var name in alone.Tensors.Keys.Where(name => name != DecoderTensors.OutputOf(shape)))
        {
            Assert.Equal(alone[name], together[$"0/{name}"]);
            Assert.Equal(alone[name], together[$"1/{name}"]);
        }
    }

    [Fact]
    public void A_layer_is_measured_on_what_comes_out_of_the_layers_merged_before_it()
    {
        var (shape, first, second) = Models();

        var together = Walk(shape, [first, second], 1 << 30, "together");

        // the embedding is averaged, and the first layer is solved with the Grams that it was measured with
        var merged = new Dictionary<string, Tensor>(StringComparer.Ordinal) { [DecoderTensors.Embedding] = Average(first, second, DecoderTensors.Embedding) };
        foreach (var (name, size) in DecoderTensors.OfLayer(shape, 0))
        {
            merged[name] = size.Length == 1 ? Average(first, second, name) : Solved(together, first, second, name);
        }

        foreach (var (index, model) in new[] { first, second }.Index())
        {
            var expected = Alone(shape, With(shape, model, merged), $"by hand {index}");
            foreach (var (name, _) in DecoderTensors.OfLayer(shape, 1).Where(tensor => tensor.Shape.Length == 2))
            {
                var largest = expected[name].Max(Math.Abs);
                Assert.All(expected[name].Zip(together[$"{index}/{name}"]), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * largest));
            }
        }

        // and it is not what each model sees alone
        var alone = Alone(shape, first, "alone");
        var query = $"{DecoderTensors.Layer(1)}self_attn.q_proj.weight";
        Assert.NotEqual(alone[query], together[$"0/{query}"]);
    }

    [Fact]
    public void Little_memory_costs_passes_and_no_byte()
    {
        var (shape, first, second) = Models();
        var layer = DecoderTensors.OfLayer(shape, 0).Sum(tensor => tensor.Shape.Aggregate(4L, (product, size) => product * size));

        var much = Walk(shape, [first, second], 1 << 30, "much");
        var little = Walk(shape, [first, second], layer + (8L * shape.IntermediateSize * shape.IntermediateSize), "little");

        Assert.All(much.Tensors.Keys, name => Assert.Equal(much[name], little[name]));
    }

    [Fact]
    public void An_interrupted_measurement_goes_on_and_gives_the_same_bytes()
    {
        var (shape, first, second) = Models();
        var whole = Walk(shape, [first, second], 1 << 30, "whole");

        Assert.Throws<OperationCanceledException>(() => Walk(shape, [first, second], 1 << 30, "resumed", (step, _) => _ = step == "layer 1" ? throw new OperationCanceledException() : 0));
        var ran = new List<string>();
        var resumed = Walk(shape, [first, second], 1 << 30, "resumed", (step, _) => ran.Add(step));

        Assert.Equal("layer 1", ran[0]);
        Assert.All(whole.Tensors.Keys, name => Assert.Equal(whole[name], resumed[name]));
    }

    private Measured Walk(DecoderShape shape, ImmutableArray<IModelWeights> models, long memory, string name, Action<string, double>? advanced = null)
    {
        Directory.CreateDirectory(folder[name]);
        ImmutableArray<ImmutableArray<CalibrationSequence>> tasks = [.. models.Select(_ => TorchStatistics.Read().SelectMany(example => example.Sequences).ToImmutableArray())];
        return Measured.Of(new MergedGramWalk(shape, models, tasks, MergeOf, folder[name], memory, Cancellation).Steps(), folder[name], "a", advanced);

        TensorMerge MergeOf(string tensor) => new([0.5, 0.5], ScalarType.Float32, tensor.Contains("_proj.weight", StringComparison.Ordinal) ? (gram, share) => GramSolution.Weighted(tensor, "", gram, share, Alpha, Ridge) : null);
    }

    private Measured Alone(DecoderShape shape, IModelWeights weights, string name)
    {
        var layers = new LayeredDecoder(new DecoderModel(shape, weights));
        return Measured.Of(new InputWalk(layers, TorchStatistics.Read(), StatisticKind.Gram, Directory.CreateDirectory(folder[name]).FullName, 1 << 30, Cancellation).Steps(), folder[name]);
    }

    // W* G = Σ Wᵢ Gᵢ solved by torch instead of the kernel
    private static Tensor Solved(Measured together, IModelWeights first, IModelWeights second, string name)
    {
        using var scope = NewDisposeScope();
        var size = first.Whole(name).shape[1];
        Tensor[] grams = [.. Enumerable.Range(0, 2).Select(model =>
        {
            var gram = tensor(together[$"{model}/{name}"]).view(size, size);
            return (gram * Alpha) + diag(gram.diagonal() * (1 - Alpha)) + (eye(size, dtype: ScalarType.Float64) * gram.diagonal().mean() * Ridge);
        })];
        var right = first.Whole(name).to(ScalarType.Float64).matmul(grams[0]) + second.Whole(name).to(ScalarType.Float64).matmul(grams[1]);
        return linalg.solve(grams[0] + grams[1], right.t()).t().to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private static Tensor Average(IModelWeights first, IModelWeights second, string name) => (first.Whole(name) + second.Whole(name)) / 2;

    private (DecoderShape Shape, IModelWeights First, IModelWeights Second) Models()
    {
        var model = TorchStatistics.Open("llama", folder["model"]);
        opened.Add(model);
        manual_seed(7);
        var shape = model.Model.Shape;
        return (shape, With(shape, model.Model.Weights, []), With(shape, model.Model.Weights, DecoderTensors.Of(shape).ToDictionary(
            tensor => tensor.Name, tensor => model.Model.Weights.Whole(tensor.Name) + (randn(tensor.Shape) * 0.1), StringComparer.Ordinal)));
    }

    private MemoryWeights With(DecoderShape shape, IModelWeights weights, Dictionary<string, Tensor> others)
    {
        var copy = new MemoryWeights(DecoderTensors.Of(shape).ToDictionary(
            tensor => tensor.Name, tensor => (Parameter)new Parameter((others.GetValueOrDefault(tensor.Name) ?? weights.Whole(tensor.Name)).clone(), requires_grad: false), StringComparer.Ordinal));
        opened.Add(copy);
        return copy;
    }
}
