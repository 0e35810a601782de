using System.Collections.Immutable;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.Runtime;
using MergeOps.Tests.Models;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Calibration;

/// <summary>
/// Gradients of single examples against torch's own (<c>Data/Calibration/make_statistics.py</c>), closed forms, and what must not
/// change a byte.
/// </summary>
public sealed class GradientWalkTests : IDisposable
{
    /// <summary>Of a tensor's norm: float32 forward and backward against float64.</summary>
    private const double Tolerance = 2e-5;

    private readonly TemporaryFolder folder = new();

    public GradientWalkTests() => TorchRuntime.EnsureLoaded();

    public static TheoryData<string> Models { get; } = [.. TorchStatistics.Decoders["models"]!.AsObject().Select(model => model.Key)];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Models))]
    public void The_empirical_Fisher_is_the_mean_of_the_squared_gradients_that_torch_has_of_each_example(string name) =>
        AssertTorch(name, "fisher", TorchStatistics.Predicted(), GradientUse.Squared);

    [Theory]
    [MemberData(nameof(Models))]
    public void The_gradient_is_the_mean_of_those_that_torch_has_of_each_examples_loss(string name) =>
        AssertTorch(name, "gradient", TorchStatistics.Predicted(), GradientUse.Mean);

    [Theory]
    [MemberData(nameof(Models))]
    public void The_exact_Fisher_is_that_of_a_softmax_over_the_labels(string name) =>
        AssertTorch(name, "exact", TorchStatistics.Labeled(), GradientUse.Squared);

    [Fact]
    public void The_exact_Fisher_of_one_softmax_layer_has_its_closed_form()
    {
        using var model = Softmax();
        ImmutableArray<CalibrationExample> examples = [Choice(0, 1), Choice(1, 2)];

        var fisher = Run(model, examples, drawing: null);

        // F of W[c, j] is Σ p_c (1 − p_c) x_j² / N, where x is the normalized embedding
        using var scope = NewDisposeScope();
        var expected = zeros([3, 2], dtype: ScalarType.Float64);
        foreach (var token in new[] { 1, 2 })
        {
            var x = model.Model.States(tensor([(long)token]).view(1, 1)).view(-1);
            var p = model.Model.Logits(x).to(ScalarType.Float64).softmax(0);
            expected += outer(p * (1 - p), x.to(ScalarType.Float64).square()) / 2;
        }

        Assert.Equal(expected.data<double>().ToArray(), fisher[DecoderTensors.Output], Near(1e-6));
    }

    [Fact]
    public void The_expected_score_is_zero()
    {
        using var model = Softmax();
        var chances = Array.ConvertAll(model.Model.Logits(model.Model.States(tensor([1L]).view(1, 1))).softmax(-1).view(-1).data<float>().ToArray(), chance => (double)chance);

        var scores = Enumerable.Range(0, 3).Select(token => Run(model, [new(0, [Sequence(1, token)])], drawing: null, GradientUse.Mean, $"token {token}")).ToList();

        foreach (var name in scores[0].Tensors.Keys)
        {
            var expected = Enumerable.Range(0, scores[0][name].Length).Select(i => Enumerable.Range(0, 3).Sum(token => chances[token] * scores[token][name][i]));
            Assert.All(expected, value => Assert.Equal(0, value, 1e-6));
        }
    }

    [Fact]
    public void The_sampled_Fisher_approaches_the_exact_one_of_all_tokens()
    {
        using var model = Softmax();
        const int Draws = 4000;
        var exact = Run(model, [Choice(0, 1)], drawing: null);

        var sampled = Run(model, [.. Enumerable.Range(0, Draws).Select(number => new CalibrationExample(number, [Sequence(1, 0)]))], drawing: 5, key: "sampled");
        var other = Run(model, [.. Enumerable.Range(0, Draws).Select(number => new CalibrationExample(number, [Sequence(1, 0)]))], drawing: 6, key: "other");

        foreach (var name in exact.Tensors.Keys)
        {
            var norm = Norm(exact[name]);
            // three standard errors of a mean of squares that are at most ten times their mean
            Assert.InRange(Norm([.. exact[name].Zip(sampled[name], (x, y) => x - y)]), 0, norm * 3 * Math.Sqrt(10.0 / Draws));
        }

        Assert.NotEqual(sampled[DecoderTensors.Output], other[DecoderTensors.Output]);
    }

    [Fact]
    public void What_is_drawn_for_an_item_does_not_depend_on_the_items_beside_it()
    {
        using var model = Random();
        var alone = Run(model, [.. Items(model)[1..2]], drawing: 9, key: "alone");
        var both = Run(model, [.. Items(model)[..2]], drawing: 9, key: "both");
        var first = Run(model, [.. Items(model)[..1]], drawing: 9, key: "first");

        Assert.All(both.Tensors.Keys, name => Assert.Equal(both[name], [.. alone[name].Zip(first[name], (x, y) => (x + y) / 2)], Near(1e-6)));
    }

    [Fact]
    public void Little_memory_costs_passes_and_no_byte()
    {
        using var model = Random();
        var much = Run(model, Items(model), drawing: 1, key: "much");
        var layer = model.BytesOfLayer;

        var little = Run(model, Items(model), drawing: 1, key: "little", maxMemory: layer + 20_000);
        var refused = Assert.Throws<MergeOpsException>(() => Run(model, Items(model), drawing: 1, key: "none", maxMemory: layer + 1000));

        Assert.All(much.Tensors.Keys, name => Assert.Equal(much[name], little[name]));
        Assert.Equal(Codes.MemoryTooSmall, refused.Diagnostic.Code);
        Assert.Contains("Give --max-memory at least", refused.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupted_measurement_goes_on_and_gives_the_same_bytes()
    {
        using var model = Random();
        var whole = Run(model, Items(model), drawing: 1, key: "whole");
        var names = Walk(model, Items(model), "names").Steps().Select(step => step.Name).ToList();

        foreach (var stop in names)
        {
            var ran = new List<string>();
            Assert.Throws<OperationCanceledException>(() => Measured.Of(
                Walk(model, Items(model), "resumed").Steps(), folder["resumed"], "a", (step, _) => _ = step == stop ? throw new OperationCanceledException() : 0));
            var resumed = Measured.Of(Walk(model, Items(model), "resumed").Steps(), folder["resumed"], "a", (step, _) => ran.Add(step));

            Assert.Equal(names.SkipWhile(name => name != stop), ran.Distinct());
            Assert.All(whole.Tensors.Keys, name => Assert.Equal(whole[name], resumed[name]));
            Directory.Delete(folder["resumed"], recursive: true);
        }
    }

    [Theory]
    [InlineData("states-1")]
    [InlineData("gradients-1")]
    [InlineData("predictions")]
    [InlineData("part-1")]
    public void What_an_interruption_left_damaged_is_made_again(string file)
    {
        using var model = Random();
        var whole = Run(model, Items(model), drawing: 1, key: "whole");
        Assert.Throws<OperationCanceledException>(() => Measured.Of(
            Walk(model, Items(model), "resumed").Steps(), folder["resumed"], "a", (step, _) => _ = step == "layer 0 backward" ? throw new OperationCanceledException() : 0));
        using (var stored = File.OpenWrite(folder[$"resumed/{(file == "states-1" ? "states-0" : file)}"]))
        {
            stored.Seek(16, SeekOrigin.Begin);
            stored.WriteByte(0xA5);
        }

        var resumed = Measured.Of(Walk(model, Items(model), "resumed").Steps(), folder["resumed"], "a");

        Assert.All(whole.Tensors.Keys, name => Assert.Equal(whole[name], resumed[name]));
    }

    [Fact]
    public void What_another_measurement_left_is_of_no_use()
    {
        using var model = Random();
        _ = Run(model, Items(model), drawing: 1, key: "whole");
        var ran = new List<string>();

        _ = Measured.Of(Walk(model, Items(model), "whole").Steps(), folder["whole"], "b", (step, _) => ran.Add(step));

        Assert.Equal(Walk(model, Items(model), "whole").Steps().Select(step => step.Name), ran.Distinct());
    }

    private void AssertTorch(string name, string key, ImmutableArray<CalibrationExample> examples, GradientUse use)
    {
        using var model = TorchStatistics.Open(name, folder["model"]);
        var measured = Measured.Of(new GradientWalk(model, examples, use, drawing: null, folder["work"], 1 << 30, Cancellation).Steps(), Directory.CreateDirectory(folder["work"]).FullName);
        var expected = TorchStatistics.Decoders["models"]![name]![key]!.AsObject();

        Assert.Equal(DecoderTensors.Of(model.Model.Shape).Select(tensor => tensor.Name).Order(StringComparer.Ordinal), measured.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, tensor => Assert.InRange(measured.DifferenceTo(tensor.Key, tensor.Value!), 0, Tolerance));
        // torch has no gradient where no token came by
        Assert.All(measured.Tensors.Keys.Where(tensor => !expected.ContainsKey(tensor)), tensor => Assert.All(measured[tensor], value => Assert.Equal(0, value)));
        Assert.True(expected.Count > measured.Tensors.Count / 2);
    }

    private Measured Run(
        LayeredDecoder model, ImmutableArray<CalibrationExample> examples, ulong? drawing, GradientUse use = GradientUse.Squared, string key = "exact", long maxMemory = 1 << 30) =>
        Measured.Of(new GradientWalk(model, examples, use, drawing, Directory.CreateDirectory(folder[key]).FullName, maxMemory, Cancellation).Steps(), folder[key]);

    private GradientWalk Walk(LayeredDecoder model, ImmutableArray<CalibrationExample> examples, string key) =>
        new(model, examples, GradientUse.Squared, drawing: 1, Directory.CreateDirectory(folder[key]).FullName, 1 << 30, Cancellation);

    // no layer at all: an embedding, a norm and an output projection of its own
    private static LayeredDecoder Softmax() => new(TinyModel.Create(
        TinyModel.Config with { Layers = 0, TiedEmbeddings = false },
        (DecoderTensors.Embedding, [1, 0.5f, -0.25f, 2, 0.75f, -1]),
        (DecoderTensors.Output, [0.5f, -1, 0.25f, 0.75f, -0.5f, 1])));

    private static LayeredDecoder Random() => new(TinyModel.Random(3));

    private static ImmutableArray<CalibrationExample> Items(LayeredDecoder model)
    {
        var texts = new[] { "one and two", "three", "four or five" };
        return [.. texts.Select((text, number) => new CalibrationExample(
            number, [CalibrationSequence.Predicted(TokenSequence.Windows(TinyModel.Tokenizer, text, model.Model.Shape.ContextLength).First())]))];
    }

    private static CalibrationSequence Sequence(int token, int next) => CalibrationSequence.Predicted(new([token, next], 1));

    private static CalibrationExample Choice(int number, int token) => new(number, [Sequence(token, 0), Sequence(token, 1), Sequence(token, 2)]);

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    private static EqualityComparer<double> Near(double tolerance) => EqualityComparer<double>.Create((x, y) => Math.Abs(x - y) <= tolerance * Math.Max(Math.Abs(x), Math.Abs(y)) + 1e-12);
}
