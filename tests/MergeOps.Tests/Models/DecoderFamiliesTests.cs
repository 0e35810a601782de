using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Architectures.Decoders;
using MergeOps.Architectures.Decoders.Rotary;
using MergeOps.Models;
using MergeOps.Runtime;
using MergeOps.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Models;

/// <summary>Small decoders of every family and rotary scaling against the real transformers; see <c>Data/Models/make_decoders.py</c>.</summary>
public sealed class DecoderFamiliesTests : IDisposable
{
    /// <summary>Of the largest logit.</summary>
    private const double Tolerance = 1e-4;

    private static readonly string[] Names =
        [.. Directory.GetFiles(Repository.Data("Models", "Decoders"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    private readonly TemporaryFolder folder = new();

    public DecoderFamiliesTests() => TorchRuntime.EnsureLoaded();

    public static TheoryData<string> Cases { get; } = [.. Names];

    [Fact]
    public void Every_family_and_every_rotary_scaling_is_among_the_fixtures()
    {
        var shapes = Names.Select(name => ShapeOf(Fixture(name))).ToList();

        Assert.Equal(
            DecoderFamily.All.Select(family => family.ModelType),
            DecoderFamily.All.Select(family => family.ModelType).Intersect(Names.Select(name => (string)Fixture(name)["config"]!["model_type"]!)));
        Assert.Equal(
            typeof(DecoderFamily).Assembly.GetTypes().Where(type => type.BaseType == typeof(RotaryScaling)).Select(type => type.Name).Order(StringComparer.Ordinal),
            shapes.Select(shape => shape.Rotary.Scaling.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_tensors_are_those_that_transformers_stores(string name)
    {
        var fixture = Fixture(name);

        Assert.Equal(
            ModelFixture.TensorsOf(fixture).OrderBy(tensor => tensor.Key, StringComparer.Ordinal).Select(tensor => $"{tensor.Key} [{string.Join(", ", tensor.Value)}]"),
            DecoderTensors.Of(ShapeOf(fixture)).OrderBy(tensor => tensor.Name, StringComparer.Ordinal).Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_logits_of_a_padded_batch_are_those_of_transformers(string name) => AssertLogits(name, DType.F32, "float32");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_in_bfloat16_give_the_logits_that_transformers_gives_in_float32(string name) => AssertLogits(name, DType.BF16, "bfloat16");

    /// <summary>bfloat16 has 8 significant bits: 1/256 of a number is lost in each step.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Arithmetic_in_bfloat16_gives_nearly_the_logits_of_float32(string name) => AssertNear(name, new("auto", DType.BF16), 0.05);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_CUDA_device_gives_the_logits_of_the_CPU(string name)
    {
        Assert.SkipUnless(TorchRuntime.Report().CudaDevices > 0, "there is no CUDA device");
        AssertNear(name, new("cuda", DType.F32), Tolerance);
        AssertNear(name, new("cuda", DType.BF16), 0.05);
    }

    /// <summary>A model that sees pictures reads texts with the decoder within; its checkpoint has other names for the same tensors.</summary>
    [Theory]
    [InlineData("gemma3", "gemma3", "Gemma3ForConditionalGeneration", "language_model.")]
    [InlineData("gemma3-parameters", "gemma3", "Gemma3ForConditionalGeneration", "model.language_model.")]
    [InlineData("mistral", "mistral3", "Mistral3ForConditionalGeneration", "language_model.")]
    [InlineData("mistral", "mistral3", "Mistral3ForConditionalGeneration", "model.language_model.")]
    public void The_decoder_within_a_model_that_sees_pictures_is_scored_on_texts(string name, string type, string architecture, string prefix)
    {
        var fixture = Fixture(name);
        var text = fixture["config"]!.DeepClone().AsObject();
        text.Remove("architectures");
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ids = tensor(Array.ConvertAll(Rows(fixture)[0], id => (long)id)).view(1, -1);
        using var alone = Open(fixture, DType.F32);
        var expected = alone.States(ids);
        ModelFixture.Rename(folder.Path, tensor => prefix == "language_model." ? prefix + tensor
            : tensor.StartsWith("model.", StringComparison.Ordinal) ? prefix + tensor["model.".Length..] : tensor);
        File.WriteAllText(folder["config.json"], new JsonObject { ["model_type"] = type, ["architectures"] = new JsonArray(architecture), ["text_config"] = text, ["vision_config"] = new JsonObject() }.ToJsonString());
        File.WriteAllText(folder["tokenizer.json"], """{"added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null, "model": {"type": "BPE", "vocab": {"<|endoftext|>": 0, "a": 1}, "merges": []}}""");

        using var within = LanguageModels.TryOpen(folder.Path, out var whyNot);

        Assert.Null(whyNot);
        Assert.True(expected.equal(within!.Model.States(ids)).all().item<bool>());
    }

    /// <summary>
    /// transformers 5.12.1: the whole config says whether the output projection is the embedding, and one that the files hold is
    /// used all the same where it differs (<c>tie_weights</c>). The checkpoint of mistral has one, that of gemma3 has none.
    /// </summary>
    [Theory]
    [InlineData("mistral", "mistral3", "Mistral3ForConditionalGeneration", true, false, true)]
    [InlineData("mistral", "mistral3", "Mistral3ForConditionalGeneration", false, true, true)]
    [InlineData("gemma3", "gemma3", "Gemma3ForConditionalGeneration", true, false, true)]
    [InlineData("gemma3", "gemma3", "Gemma3ForConditionalGeneration", false, true, false)]
    public void A_wrapper_and_its_decoder_may_differ_in_whether_embeddings_are_tied(string name, string type, string architecture, bool outer, bool inner, bool isOpened)
    {
        var fixture = Fixture(name);
        var text = fixture["config"]!.DeepClone().AsObject();
        text.Remove("architectures");
        text["tie_word_embeddings"] = inner;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ids = tensor(Array.ConvertAll(Rows(fixture)[0], id => (long)id)).view(1, -1);
        using var alone = Open(fixture, DType.F32);
        var expected = alone.Logits(alone.States(ids));
        ModelFixture.Rename(folder.Path, tensor => "language_model." + tensor);
        File.WriteAllText(folder["config.json"], new JsonObject { ["model_type"] = type, ["architectures"] = new JsonArray(architecture), ["text_config"] = text, ["vision_config"] = new JsonObject(), ["tie_word_embeddings"] = outer }.ToJsonString());
        File.WriteAllText(folder["tokenizer.json"], """{"added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null, "decoder": null, "model": {"type": "BPE", "vocab": {"<|endoftext|>": 0, "a": 1}, "merges": []}}""");

        using var within = LanguageModels.TryOpen(folder.Path, out var whyNot);

        Assert.Equal(isOpened ? null : "the checkpoint has no tensor 'lm_head.weight', which config.json requires", whyNot);
        Assert.True(!isOpened || expected.equal(within!.Model.Logits(within.Model.States(ids))).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_written_greedily_is_what_transformers_writes(string name)
    {
        var fixture = Fixture(name);
        using var model = Open(fixture, DType.F32);
        using var noGradient = no_grad();
        var expected = fixture["greedy"]!.Deserialize<int[][]>()!;
        var rows = Rows(fixture);
        int[][] prompts = [rows[0][..18], rows[1][..5]];

        using var batch = new GreedyBatch(model, new Numerals(), prompts, new(expected[0].Length, []));

        Assert.Equal(expected.Select(ids => string.Join(' ', ids)), batch.Write(TestContext.Current.CancellationToken).Select(written => written.Text));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_that_are_read_for_each_layer_give_the_same_bits_as_weights_in_memory(string name)
    {
        var fixture = Fixture(name);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var stored = Open(fixture, DType.BF16);
        using var inMemory = new DecoderModel(stored.Shape, MemoryWeights.Of(stored.Weights, DecoderTensors.Of(stored.Shape).Select(tensor => tensor.Name)));
        var ids = tensor(Array.ConvertAll(Rows(fixture)[0], id => (long)id)).view(1, -1);

        Assert.True(stored.States(ids).equal(inMemory.States(ids)).all().item<bool>());
    }

    public void Dispose() => folder.Dispose();

    private void AssertLogits(string name, DType type, string key)
    {
        var fixture = Fixture(name);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = Open(fixture, type);
        var batch = new TokenBatch([.. Rows(fixture).Select(row => new TokenSequence([.. row, 0], 1))]);
        var logits = model.Logits(model.States([batch.Input], TestContext.Current.CancellationToken)[0]);

        foreach (var (row, positions) in fixture["logits"]![key]!.AsArray().Index())
        {
            foreach (var (position, values) in positions!.AsObject())
            {
                var expected = values!.Deserialize<double[]>()!;
                var actual = logits[row, int.Parse(position, CultureInfo.InvariantCulture)].data<float>().Select(value => (double)value).ToArray();
                var allowed = Tolerance * expected.Max(Math.Abs);
                Assert.True(expected.Zip(actual, (x, y) => Math.Abs(x - y)).Max() <= allowed, $"row {row}, position {position}: {expected.Zip(actual, (x, y) => Math.Abs(x - y)).Max()} of {allowed}");
                var best = expected.OrderDescending().ToList();
                Assert.True(best[0] - best[1] <= 2 * allowed || Array.IndexOf(expected, best[0]) == Array.IndexOf(actual, actual.Max()));
            }
        }
    }

    private void AssertNear(string name, Arithmetic arithmetic, double tolerance)
    {
        var fixture = Fixture(name);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var ids = tensor(Array.ConvertAll(Rows(fixture)[1], id => (long)id)).view(1, -1);
        using var usual = Open(fixture, DType.BF16);
        var expected = usual.Logits(usual.States(ids));
        using var model = new DecoderModel(usual.Shape, new CheckpointWeights(CheckpointReader.Open(folder.Path, []), arithmetic.Place, arithmetic.ScalarType));

        var actual = model.Logits(model.States(ids)).to(ScalarType.Float32).cpu();

        var (off, largest) = ((actual - expected).abs().max().item<float>(), expected.abs().max().item<float>());
        Assert.True(off <= tolerance * largest, $"{off} of {largest}");
        Assert.True(arithmetic.Type is DType.F32 || off > 0);
    }

    private DecoderModel Open(JsonNode fixture, DType type)
    {
        var shape = ShapeOf(fixture);
        ModelFixture.Write(folder.Path, fixture["config"]!, ModelFixture.TensorsOf(fixture), type, shape.NormAddsOne);
        return new(shape with { EndTokens = [] }, new CheckpointWeights(CheckpointReader.Open(folder.Path, []), CPU, ScalarType.Float32));
    }

    private static DecoderShape ShapeOf(JsonNode fixture)
    {
        using var config = JsonDocument.Parse(fixture["config"]!.ToJsonString());
        return DecoderFamily.TryRead(config.RootElement, out var whyNot) ?? throw new InvalidOperationException(whyNot);
    }

    private static int[][] Rows(JsonNode fixture) => fixture["rows"]!.Deserialize<int[][]>()!;

    private static JsonNode Fixture(string name) => JsonNode.Parse(File.ReadAllText(Repository.Data("Models", "Decoders", $"{name}.json")))!;

    /// <summary>Ids as their numbers.</summary>
    private sealed class Numerals : ITokenizer
    {
        public int? Begin => null;

        public int? Separator => 0;

        public int Count => 64;

        public int[] Encode(string text) => [.. text.Split(' ').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];

        public string Decode(IReadOnlyList<int> ids) => string.Join(' ', ids);
    }
}
