using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Architectures.Decoders;
using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Models;
using MergeOps.Models.Encoders;
using MergeOps.Runtime;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Calibration;

/// <summary>What goes into linear layers, against float64 sums over the states that transformers computes (<c>Data/Calibration/make_statistics.py</c>).</summary>
public sealed class InputWalkTests : IDisposable
{
    /// <summary>Of a tensor's norm: float32 states against float64 ones.</summary>
    private const double Tolerance = 2e-6;

    private readonly TemporaryFolder folder = new();

    public InputWalkTests() => TorchRuntime.EnsureLoaded();

    public static TheoryData<string> DecoderModels { get; } = [.. TorchStatistics.Decoders["models"]!.AsObject().Select(model => model.Key)];

    public static TheoryData<string> EncoderModels { get; } = [.. TorchStatistics.Encoders["models"]!.AsObject().Select(model => model.Key)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(DecoderModels))]
    public void Grams_and_activations_of_decoders_are_those_of_transformers(string name)
    {
        using var model = TorchStatistics.Open(name, folder["model"]);
        var expected = TorchStatistics.Decoders["models"]![name]!;
        foreach (var (kind, key) in new[] { (StatisticKind.Gram, "gram"), (StatisticKind.Activation, "activation") })
        {
            var measured = Run(model, TorchStatistics.Read(), kind);

            // a tied head is the embedding, which has no input
            var tensors = expected[key]!.AsObject().Where(tensor => !(model.Model.Shape.TiedEmbeddings && tensor.Key == DecoderTensors.Output)).ToList();
            Assert.NotEmpty(tensors);
            Assert.All(tensors, tensor => Assert.InRange(measured.DifferenceTo(tensor.Key, tensor.Value!), 0, Tolerance));
        }
    }

    [Theory]
    [MemberData(nameof(EncoderModels))]
    public void Grams_and_activations_of_encoders_are_those_of_transformers(string name)
    {
        using var model = OpenEncoder(name);
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Data("Encoders", name, "expected.json")));
        ImmutableArray<CalibrationExample> examples =
            [.. document.RootElement.GetProperty("ids").Deserialize<int[][]>()!.Select((ids, number) => new CalibrationExample(number, [CalibrationSequence.Read(ids)]))];
        foreach (var (kind, key) in new[] { (StatisticKind.Gram, "gram"), (StatisticKind.Activation, "activation") })
        {
            var measured = Run(model, examples, kind);

            // what makes one vector of a text is no part of the encoder
            var tensors = TorchStatistics.Encoders["models"]![name]![key]!.AsObject().Where(tensor => !tensor.Key.Contains("pooler", StringComparison.Ordinal)).ToList();
            Assert.Equal(tensors.Select(tensor => tensor.Key).Order(StringComparer.Ordinal), measured.Tensors.Keys.Concat(measured.Inputs.Keys).Order(StringComparer.Ordinal));
            Assert.All(tensors, tensor => Assert.InRange(measured.DifferenceTo(tensor.Key, tensor.Value!), 0, Tolerance));
        }
    }

    [Fact]
    public void A_Gram_lies_once_where_projections_share_an_input()
    {
        using var model = TorchStatistics.Open("llama", folder["model"]);

        var gram = Run(model, TorchStatistics.Read(), StatisticKind.Gram);
        var activation = Run(model, TorchStatistics.Read(), StatisticKind.Activation);

        Assert.Equal(
            ["mlp.down_proj", "mlp.gate_proj", "self_attn.o_proj", "self_attn.q_proj"],
            gram.Tensors.Keys.Where(name => name.StartsWith(DecoderTensors.Layer(0), StringComparison.Ordinal)).Select(Short).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["mlp.up_proj → mlp.gate_proj", "self_attn.k_proj → self_attn.q_proj", "self_attn.v_proj → self_attn.q_proj"],
            gram.Inputs.Where(pair => pair.Key.StartsWith(DecoderTensors.Layer(0), StringComparison.Ordinal)).Select(pair => $"{Short(pair.Key)} → {Short(pair.Value)}").Order(StringComparer.Ordinal));
        Assert.Empty(activation.Inputs);
        Assert.Equal(gram.Tensors.Keys.Concat(gram.Inputs.Keys).Order(StringComparer.Ordinal), activation.Tensors.Keys.Order(StringComparer.Ordinal));

        static string Short(string name) => name[DecoderTensors.Layer(0).Length..^".weight".Length];
    }

    [Fact]
    public void The_tokens_of_all_experts_are_those_of_the_router_once_for_each_expert_of_a_token()
    {
        using var model = TorchStatistics.Open("qwen3-moe", folder["model"]);
        var experts = model.Model.Shape.Experts!;

        var gram = Run(model, TorchStatistics.Read(), StatisticKind.Gram);

        var prefix = DecoderTensors.Layer(0);
        var router = gram[$"{prefix}{experts.Names.Router}.weight"];
        var all = TorchStatistics.Rows.Sum(row => row.Length);
        var sum = new double[router.Length];
        var tokens = 0L;
        for (var expert = 0; expert < experts.Count; expert++)
        {
            var gate = $"{prefix}{experts.Names.Experts}{expert}.{experts.Names.Gate}.weight";
            var count = gram.Tokens[gate] ?? all;
            tokens += count;
            sum = [.. sum.Zip(gram[gate], (total, value) => total + (count * value))];
            Assert.Equal(gate, gram.Inputs[$"{prefix}{experts.Names.Experts}{expert}.{experts.Names.Up}.weight"]);
        }

        Assert.Equal(all * experts.PerToken, tokens);
        Assert.All(sum.Zip(router), pair => Assert.Equal(all * experts.PerToken * pair.Second, pair.First, 1e-4));
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen3-moe")]
    public void Padding_and_what_lies_beside_a_sequence_change_nothing(string name)
    {
        using var model = TorchStatistics.Open(name, folder["model"]);
        var (all, rows) = (TorchStatistics.Read(), TorchStatistics.Rows);
        var together = Run(model, all, StatisticKind.Gram);
        var alone = all.Select(example => Run(model, [example], StatisticKind.Gram)).ToList();
        double tokens = rows.Sum(row => row.Length);

        Assert.All(together.Tensors, tensor =>
        {
            var (counts, total) = (alone.Select((measured, row) => measured.Tensors.ContainsKey(tensor.Key) ? (double)(measured.Tokens[tensor.Key] ?? rows[row].Length) : 0).ToList(), together.Tokens[tensor.Key] ?? tokens);
            Assert.Equal(total, counts.Sum());
            var mean = Enumerable.Range(0, tensor.Value.Length).Select(i => alone.Select((measured, row) => counts[row] > 0 ? counts[row] / total * measured.Tensors[tensor.Key][i] : 0).Sum()).ToArray();
            Assert.InRange(Norm([.. mean.Zip(tensor.Value, (x, y) => x - y)]), 0, Tolerance * Norm(tensor.Value));
        });
    }

    [Fact]
    public void Little_memory_costs_passes_and_no_byte()
    {
        using var model = TorchStatistics.Open("qwen3-moe", folder["model"]);
        var much = Run(model, TorchStatistics.Read(), StatisticKind.Gram);

        var little = Run(model, TorchStatistics.Read(), StatisticKind.Gram, model.BytesOfLayer + (64 * 64 * 8));
        var refused = Assert.Throws<MergeOpsException>(() => Run(model, TorchStatistics.Read(), StatisticKind.Gram, model.BytesOfLayer + 100));

        Assert.Equal(much.Tensors.Keys.Order(StringComparer.Ordinal), little.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(much.Tensors, tensor => Assert.Equal(tensor.Value, little.Tensors[tensor.Key]));
        Assert.Equal(much.Inputs, little.Inputs);
        Assert.Equal(Codes.MemoryTooSmall, refused.Diagnostic.Code);
    }

    [Fact]
    public void An_interrupted_measurement_goes_on_and_gives_the_same_bytes()
    {
        using var model = TorchStatistics.Open("llama", folder["model"]);
        var whole = Run(model, TorchStatistics.Read(), StatisticKind.Gram);
        foreach (var stop in new[] { "embedding", "layer 0", "layer 1", "head" })
        {
            Assert.Throws<OperationCanceledException>(() => Measured.Of(
                Steps(model, TorchStatistics.Read(), StatisticKind.Gram, folder["resumed"]), folder["resumed"], "a", (step, _) => _ = step == stop ? throw new OperationCanceledException() : 0));
            var ran = new List<string>();
            var resumed = Measured.Of(Steps(model, TorchStatistics.Read(), StatisticKind.Gram, folder["resumed"]), folder["resumed"], "a", (step, _) => ran.Add(step));

            Assert.Equal(stop, ran[0]);
            Assert.All(whole.Tensors, tensor => Assert.Equal(tensor.Value, resumed.Tensors[tensor.Key]));
            Assert.Equal(["journal", .. new[] { "part-0", "part-1", "part-2" }], Directory.GetFiles(folder["resumed"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Directory.Delete(folder["resumed"], recursive: true);
        }
    }

    private Measured Run(ILayeredModel model, ImmutableArray<CalibrationExample> examples, StatisticKind kind, long maxMemory = 1 << 30)
    {
        var work = folder[Guid.NewGuid().ToString("N")];
        return Measured.Of(Steps(model, examples, kind, work, maxMemory), work);
    }

    private static IReadOnlyList<MeasureStep> Steps(ILayeredModel model, ImmutableArray<CalibrationExample> examples, StatisticKind kind, string work, long maxMemory = 1 << 30) =>
        new InputWalk(model, examples, kind, Directory.CreateDirectory(work).FullName, maxMemory, TestContext.Current.CancellationToken).Steps();

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    // the encoders of the fixtures have no tokenizer
    private static LayeredEncoder OpenEncoder(string name)
    {
        var checkpoint = CheckpointReader.Open(Repository.Data("Encoders", name), []);
        using var config = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("Encoders", name, "config.json")));
        var found = EncoderCheckpoint.TryFind(config.RootElement, weight => checkpoint.Tensors.TryGetValue(weight, out var tensor) ? (tensor.DType, tensor.Shape) : null, out _)!;
        return new(found.Load(checkpoint, Arithmetic.Usual), found.StoredNames);
    }
}
