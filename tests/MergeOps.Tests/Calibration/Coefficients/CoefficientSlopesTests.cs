using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration.Coefficients;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Models;
using MergeOps.Runtime;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Calibration.Coefficients;

/// <summary>Derivatives by coefficients against differences of the loss, and what must hold of the losses themselves.</summary>
public sealed class CoefficientSlopesTests : IDisposable
{
    private const double Step = 1e-4;
    private const long Memory = 1 << 26;

    private readonly TemporaryFolder folder = new();
    private readonly List<IDisposable> opened = [];

    public CoefficientSlopesTests() => TorchRuntime.EnsureLoaded();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        opened.ForEach(each => each.Dispose());
        folder.Dispose();
    }

    [Theory]
    [InlineData("llama", CoefficientLoss.Entropy)]
    [InlineData("llama", CoefficientLoss.Likelihood)]
    [InlineData("llama", CoefficientLoss.GradientDistance)]
    [InlineData("gemma2", CoefficientLoss.Entropy)]
    [InlineData("gemma2", CoefficientLoss.GradientDistance)]
    [InlineData("qwen3-moe", CoefficientLoss.Likelihood)]
    public void The_derivative_by_each_coefficient_is_that_of_differences_of_the_loss(string name, object loss)
    {
        var slopes = Slopes(name, out _);
        ImmutableArray<double> point = [0.4, 0.7, 0.2];

        // differences of a squared distance lose more digits
        var tolerance = (CoefficientLoss)loss is CoefficientLoss.GradientDistance ? 1e-4 : 1e-5;
        var slope = slopes.At(point, (CoefficientLoss)loss);

        for (var number = 0; number < point.Length; number++)
        {
            var (above, below) = (slopes.At(point.SetItem(number, point[number] + Step), (CoefficientLoss)loss), slopes.At(point.SetItem(number, point[number] - Step), (CoefficientLoss)loss));
            Assert.Equal((above.Loss - below.Loss) / (2 * Step), slope.Gradient[number], tolerance * slope.Gradient.Max(Math.Abs));
        }
    }

    [Fact]
    public void Little_memory_for_states_costs_passes_and_changes_nothing_that_matters()
    {
        ImmutableArray<double> point = [0.4, 0.7, 0.2];

        var much = Slopes("llama", out _).At(point, CoefficientLoss.Likelihood);
        var little = Slopes("llama", out _, memory: 1).At(point, CoefficientLoss.Likelihood);

        Assert.Equal(much.Loss, little.Loss, 1e-12);
        Assert.All(much.Gradient.Zip(little.Gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void A_model_alone_with_the_coefficient_1_is_itself()
    {
        var slopes = Slopes("llama", out var models, tasks: 1);
        // one number for the first model in every tensor, and nothing of the second
        var at = slopes.At([1, 1, 0], CoefficientLoss.Likelihood);

        var own = new LossWalk(new DecoderModel(ShapeOf("llama"), models[1]), Sequences(0), byEntropy: false, Memory, Cancellation).Run((_, _) => { });
        Assert.Equal(own, at.Loss, 1e-12);
        // its gradient is its own
        var distance = slopes.At([1, 1, 0], CoefficientLoss.GradientDistance);
        Assert.Equal(0, distance.Loss, 1e-20);
        Assert.All(distance.Gradient, each => Assert.Equal(0, each, 1e-9));
    }

    [Fact]
    public void Where_every_token_is_as_likely_the_entropy_is_the_logarithm_of_their_number()
    {
        using var model = Open("llama");
        var weights = Copy(model, name => name == DecoderTensors.OutputOf(model.Model.Shape) ? 0 : 1, noise: 0, seed: 1);

        var entropy = new LossWalk(new DecoderModel(model.Model.Shape, weights), Sequences(0), byEntropy: true, Memory, Cancellation).Run((_, _) => { });
        var loss = new LossWalk(new DecoderModel(model.Model.Shape, weights), Sequences(0), byEntropy: false, Memory, Cancellation).Run((_, _) => { });

        Assert.Equal(Math.Log(model.Model.Shape.VocabularySize), entropy, 1e-12);
        Assert.Equal(Math.Log(model.Model.Shape.VocabularySize), loss, 1e-12);
    }

    [Fact]
    public void What_fills_rows_up_counts_for_nothing()
    {
        using var model = Open("llama");
        var weights = Copy(model, _ => 1, noise: 0, seed: 1);
        var decoder = new DecoderModel(model.Model.Shape, weights);
        // rows of 39 and 11 tokens
        var both = Sequences(0);

        double Of(ImmutableArray<CalibrationSequence> sequences) => new LossWalk(decoder, sequences, byEntropy: true, Memory, Cancellation).Run((_, _) => { });

        Assert.Equal((Of([both[0]]) + Of([both[1]])) / 2, Of(both), 1e-12);
    }

    // two models near a fixture, the first one's coefficient apart for the first layer
    private CoefficientSlopes Slopes(string name, out ImmutableArray<IModelWeights> weights, long memory = Memory, int tasks = 2)
    {
        using var model = Open(name);
        var shape = model.Model.Shape;
        weights = [Copy(model, _ => 1, 0, 1), Copy(model, _ => 1, 0.05, 2), Copy(model, _ => 1, 0.05, 3)];
        var first = DecoderTensors.Layer(0);
        var map = new CoefficientMap([0.5, 0.5, 0.5], 0.25, values => DecoderTensors.Of(shape).ToDictionary(
            tensor => tensor.Name,
            tensor => ImmutableArray.Create(tensor.Name.StartsWith(first, StringComparison.Ordinal) ? values[0] : values[1], values[2]),
            StringComparer.Ordinal));
        return new(shape, weights[0], weights[1..], map, [.. Enumerable.Range(0, tasks).Select(Sequences)], Directory.CreateDirectory(folder["work"]).FullName, memory, Cancellation);
    }

    private LayeredDecoder Open(string name) => TorchStatistics.Open(name, folder[name]);

    private DecoderShape ShapeOf(string name)
    {
        using var model = Open(name);
        return model.Model.Shape;
    }

    private static ImmutableArray<CalibrationSequence> Sequences(int task) =>
        [.. TorchStatistics.Predicted().Select(example => example.Sequences[0]).Select(sequence => task == 0 ? sequence : sequence with { First = sequence.First + 2, Targets = sequence.Targets[2..] })];

    private MemoryWeights Copy(LayeredDecoder model, Func<string, double> scale, double noise, int seed)
    {
        manual_seed(seed);
        var copy = new MemoryWeights(DecoderTensors.Of(model.Model.Shape).ToDictionary(
            tensor => tensor.Name,
            tensor =>
            {
                using var scope = NewDisposeScope();
                var values = model.Model.Weights.Whole(tensor.Name).to(ScalarType.Float64).mul(scale(tensor.Name));
                return (Parameter)new Parameter(values.add(randn_like(values).mul(noise)), requires_grad: false).DetachFromDisposeScope();
            },
            StringComparer.Ordinal));
        opened.Add(copy);
        return copy;
    }
}
