using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Models.Embeddings;
using MergeOps.Runtime;
using Xunit;

namespace MergeOps.Tests.Models.Embeddings;

/// <summary>
/// A small model of random weights of the kind of Qwen3-Embedding: the body of a Qwen3, an end token behind each text, the state of
/// the last token, normalized. The vectors are those of transformers 5.12.1, with rows filled on the left and on the right.
/// </summary>
public sealed class DecoderEmbeddingTests : IDisposable
{
    private const double Tolerance = 1e-5;

    private readonly TemporaryFolder folder = new();
    private readonly JsonElement expected;

    public DecoderEmbeddingTests()
    {
        TorchRuntime.EnsureLoaded();
        foreach (var file in new[] { "config.json", "tokenizer.json", "model.safetensors" })
        {
            folder.Write(file, File.ReadAllBytes(Repository.Data("Embeddings", "qwen3", file)));
        }

        Write("modules.json", JsonNode.Parse("""
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
             {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
            """)!);
        Write("1_Pooling/config.json", new JsonObject { ["word_embedding_dimension"] = 32, ["pooling_mode_lasttoken"] = true, ["include_prompt"] = true });
        using var document = JsonDocument.Parse(File.ReadAllText(Repository.Data("Embeddings", "qwen3", "expected.json")));
        expected = document.RootElement.Clone();
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("plain", "left")]
    [InlineData("plain", "right")]
    [InlineData("prompted", "left")]
    [InlineData("prompted", "right")]
    public void The_last_token_of_a_text_is_its_vector_whatever_fills_the_rows_of_a_batch(string prompted, string side)
    {
        Write("config_sentence_transformers.json", new JsonObject { ["prompts"] = new JsonObject { ["query"] = expected.GetProperty("prompt").GetString() } });
        using var model = Open();

        var found = model.Embed(Texts, model.PromptOf(new(null, prompted == "plain" ? null : "query"), out _)!, TestContext.Current.CancellationToken);

        Assert.Equal("lasttoken pooling, normalized, up to 64 tokens", model.Description);
        AssertNear(expected.GetProperty("vectors").GetProperty(prompted).GetProperty(side), found);
    }

    [Fact]
    public void A_text_is_the_same_alone_and_beside_longer_ones_and_however_little_memory_there_is()
    {
        using var model = Open();

        foreach (var (index, text) in Texts.Index())
        {
            AssertNear(expected.GetProperty("vectors").GetProperty("plain").GetProperty("right")[index], model.Embed([text], "", TestContext.Current.CancellationToken)[0]);
        }
    }

    [Fact]
    public void A_model_with_its_head_has_the_vectors_of_its_body()
    {
        var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!;
        config["architectures"] = new JsonArray("Qwen3ForCausalLM");
        Write("config.json", config);
        using var model = Open();

        AssertNear(expected.GetProperty("vectors").GetProperty("plain").GetProperty("left"), model.Embed(Texts, "", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("config.json", "use_bidirectional_attention", "use_bidirectional_attention")]
    [InlineData("tokenizer_config.json", "add_eos_token", null)]
    [InlineData("config.json", "is_causal", "'is_causal' in config.json is false")]
    public void What_would_make_other_vectors_is_refused(string file, string key, string? why)
    {
        var root = File.Exists(folder[file]) ? JsonNode.Parse(File.ReadAllText(folder[file]))! : new JsonObject();
        root[key] = key != "is_causal";
        Write(file, root);

        using var opened = EmbeddingOpener.TryOpen(folder.Path, out var whyNot);

        // the end token that the tokenizer's own template adds is what was asked for
        Assert.Equal(why is null, opened is not null);
        Assert.Contains(why ?? "", whyNot ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_token_that_the_tokenizer_does_not_add_is_refused()
    {
        Write("tokenizer_config.json", new JsonObject { ["add_eos_token"] = true });
        var tokenizer = JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))!;
        tokenizer["post_processor"] = null;
        Write("tokenizer.json", tokenizer);

        Assert.Null(EmbeddingOpener.TryOpen(folder.Path, out var whyNot));
        Assert.Contains("'add_eos_token'", whyNot, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_guesses_how_a_decoder_pools()
    {
        File.Delete(folder["modules.json"]);

        Assert.Null(EmbeddingOpener.TryOpen(folder.Path, out var whyNot));
        Assert.Contains("there is no modules.json", whyNot, StringComparison.Ordinal);
    }

    private string[] Texts => expected.GetProperty("texts").Deserialize<string[]>()!;

    private EmbeddingModel Open() => EmbeddingOpener.TryOpen(folder.Path, out var whyNot) ?? throw new InvalidOperationException(whyNot);

    private void Write(string path, JsonNode content) => folder.Write(path, Encoding.UTF8.GetBytes(content.ToJsonString()));

    private static void AssertNear(JsonElement vectors, float[][] found)
    {
        foreach (var (index, vector) in found.Index())
        {
            AssertNear(vectors[index], vector);
        }
    }

    private static void AssertNear(JsonElement vector, float[] found)
    {
        var wanted = vector.Deserialize<double[]>()!;
        Assert.Equal(wanted.Length, found.Length);
        Assert.All(wanted.Zip(found), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
    }
}
