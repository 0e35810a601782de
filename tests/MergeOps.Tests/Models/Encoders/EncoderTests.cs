using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Architectures;
using MergeOps.Architectures.Encoders;
using MergeOps.Models;
using MergeOps.Models.Encoders;
using MergeOps.Runtime;
using MergeOps.Tensors;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Models.Encoders;

/// <summary>
/// Small random encoders of each family, with and without the prefix of a model with a head, and the last states that
/// transformers computes for texts of different lengths: <c>Data/Encoders/make_encoders.py</c>.
/// </summary>
public sealed class EncoderTests
{
    /// <summary>Of the largest state.</summary>
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Models =>
        [.. Directory.GetDirectories(Repository.Data("Encoders")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    public static TheoryData<string> ActivationNames => [.. Activations.Names];

    [Theory]
    [MemberData(nameof(Models))]
    public void The_states_are_those_of_transformers_also_side_by_side_with_longer_texts(string name)
    {
        TorchRuntime.EnsureLoaded();
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Data("Encoders", name, "expected.json")));
        var ids = document.RootElement.GetProperty("ids").Deserialize<int[][]>()!;
        var expected = document.RootElement.GetProperty("states").Deserialize<float[][][]>()!;
        using var encoder = Open(name);
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();

        var together = encoder.States(EncoderBatch.Of(ids, encoder.Shape.PaddingId, torch.CPU));

        var largest = expected.SelectMany(text => text).SelectMany(token => token).Max(Math.Abs);
        for (var text = 0; text < ids.Length; text++)
        {
            var alone = encoder.States(EncoderBatch.Of([ids[text]], encoder.Shape.PaddingId, torch.CPU));
            AssertNear(expected[text], together[text], largest);
            AssertNear(expected[text], alone[0], largest);
        }
    }

    [Theory]
    [MemberData(nameof(ActivationNames))]
    public void Activations_are_those_of_transformers(string name)
    {
        TorchRuntime.EnsureLoaded();
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Data("Encoders", "activations.json")));
        var points = document.RootElement.GetProperty("points").Deserialize<float[]>()!;
        var expected = document.RootElement.GetProperty("values").GetProperty(name).Deserialize<float[]>()!;
        using var scope = torch.NewDisposeScope();

        var found = ActivationFunctions.Apply(Activations.Find(name)!.Value, torch.tensor(points)).data<float>().ToArray();

        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData("bert", "hidden_act", "\"gelu_10\"", "activation 'gelu_10' has no implementation here")]
    [InlineData("bert", "position_embedding_type", "\"relative_key\"", "position embeddings of the type 'relative_key' have no implementation here")]
    [InlineData("bert", "model_type", "\"nomic_bert\"", "no embeddings of 'BertModel' are computed here")]
    [InlineData("bert", "architectures", "[\"BertForSequenceClassification\"]", "'BertForSequenceClassification' is a cross-encoder")]
    [InlineData("bert", "architectures", "[\"HF_ColBERT\"]", "'HF_ColBERT' is not an encoder of texts that is computed here")]
    [InlineData("bert", "is_decoder", "true", "config.json makes a decoder of it")]
    [InlineData("bert", "num_attention_heads", "3", "a hidden size of 16 cannot be divided by 3 heads")]
    [InlineData("bert", "num_hidden_layers", "3", "the checkpoint has no tensor 'encoder.layer.2.attention.self.query.weight'")]
    [InlineData("bert", "vocab_size", "33", "'embeddings.word_embeddings.weight' has the shape [32, 16], config.json requires [33, 16]")]
    [InlineData("bert", "quantization_config", "{}", "the weights are quantized")]
    [InlineData("roberta", "max_position_embeddings", "2", "2 positions leave none after the padding id 1")]
    [InlineData("mpnet", "relative_attention_num_buckets", "8", "8 buckets of distances have no implementation here")]
    [InlineData("modernbert", "rope_parameters", "{\"full_attention\": {\"rope_type\": \"yarn\", \"rope_theta\": 1000}}", "rope type 'yarn' has no implementation here")]
    [InlineData("modernbert", "layer_types", "[\"full_attention\", \"chunked_attention\", \"full_attention\", \"full_attention\"]", "layers of type 'chunked_attention' have no implementation here")]
    public void What_would_not_be_exact_is_refused_by_name(string name, string key, string value, string reason)
    {
        var config = JsonNode.Parse(File.ReadAllText(Repository.Data("Encoders", name, "config.json")))!.AsObject();
        config[key] = JsonNode.Parse(value);
        var checkpoint = CheckpointReader.Open(Repository.Data("Encoders", name), []);

        Assert.Null(EncoderCheckpoint.TryFind(JsonSerializer.SerializeToElement(config), FinderOf(checkpoint), out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    /// <summary>ModernBERT's older configs name the period of global layers and the two bases.</summary>
    [Fact]
    public void Older_configs_of_ModernBert_mean_the_same()
    {
        var config = JsonNode.Parse(File.ReadAllText(Repository.Data("Encoders", "modernbert", "config.json")))!.AsObject();
        config.Remove("layer_types");
        config.Remove("rope_parameters");
        (config["global_rope_theta"], config["local_rope_theta"]) = (20_000.0, 500.0);

        var shape = (ModernBertShape)EncoderFamily.TryRead(JsonSerializer.SerializeToElement(config), out _)!.Value.Shape;

        Assert.Equal([false, true, true, false], shape.SeesNeighbors);
        Assert.Equal((20_000.0, 500.0), (shape.GlobalTheta, shape.LocalTheta));
    }

    private static Encoder Open(string name)
    {
        var checkpoint = CheckpointReader.Open(Repository.Data("Encoders", name), []);
        using var config = JsonDocument.Parse(File.ReadAllText(Repository.Data("Encoders", name, "config.json")));
        return EncoderCheckpoint.TryFind(config.RootElement, FinderOf(checkpoint), out var whyNot)?.Load(checkpoint, Arithmetic.Usual)
            ?? throw new InvalidOperationException(whyNot);
    }

    private static MergeOps.Models.FindTensor FinderOf(Checkpoint checkpoint) =>
        name => checkpoint.Tensors.TryGetValue(name, out var found) ? (found.DType, found.Shape) : null;

    private static void AssertNear(float[][] expected, torch.Tensor found, float largest)
    {
        for (var token = 0; token < expected.Length; token++)
        {
            Assert.All(expected[token].Zip(found[token].data<float>()), pair => Assert.Equal(pair.First, pair.Second, Tolerance * largest));
        }
    }
}
