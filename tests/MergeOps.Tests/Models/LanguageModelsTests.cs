using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Models;
using MergeOps.TestHub.Models;
using Xunit;

namespace MergeOps.Tests.Models;

/// <summary>Copies of the quickstart's base with one thing wrong.</summary>
public sealed class LanguageModelsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LanguageModelsTests() => folder.CopyFrom(Path.Combine(Repository.Root, "recipes", "quickstart", "base"));

    [Fact]
    public void A_whole_model_opens()
    {
        using var model = LanguageModels.TryOpen(folder.Path, out var whyNot);

        Assert.NotNull(model);
        Assert.Null(whyNot);
    }

    /// <summary>Small tokenizers of the kinds that people merge, of which the real library's ids are known.</summary>
    [Theory]
    [InlineData("llama3")]
    [InlineData("qwen")]
    [InlineData("llama2")]
    [InlineData("gemma")]
    public void A_model_with_merges_is_scored_token_by_token(string kind)
    {
        const string text = "The quick brown fox can't jump 12345 times.";
        foreach (var (name, file) in SmallLlama.Files(vocabulary: 1000))
        {
            folder.Write(name, file);
        }

        folder.Write("tokenizer.json", File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", $"{kind}.tokenizer.json")));

        using var model = LanguageModels.TryOpen(folder.Path, out var whyNot);

        Assert.Null(whyNot);
        Assert.Equal(model!.Tokenizer.Encode(text).Length, Assert.Single(model.ScoreText([text], TestContext.Current.CancellationToken)).Tokens);
    }

    [Theory]
    [InlineData("model_type", "\"gpt2\"", "no forward pass for architecture")]
    [InlineData("vocab_size", "100", "the tokenizer has ids up to 256, config.json a vocabulary of 100")]
    [InlineData("vocab_size", "300", "'model.embed_tokens.weight' has the shape [257, 96], config.json requires [300, 96]")]
    [InlineData("num_hidden_layers", "9", "no tensor 'model.layers.4.input_layernorm.weight'")]
    [InlineData("tie_word_embeddings", "false", "no tensor 'lm_head.weight'")]
    public void A_config_that_the_files_do_not_bear_out_gives_the_reason(string key, string value, string reason)
    {
        var config = JsonNode.Parse(File.ReadAllText(folder["config.json"]))!.AsObject();
        config[key] = JsonNode.Parse(value);
        File.WriteAllText(folder["config.json"], config.ToJsonString());

        AssertNotOpened(reason);
    }

    [Fact]
    public void A_missing_config_gives_the_reason()
    {
        File.Delete(folder["config.json"]);

        AssertNotOpened("there is no config.json");
    }

    [Fact]
    public void A_config_that_is_not_JSON_gives_the_reason()
    {
        File.WriteAllText(folder["config.json"], "{\"model_type\": ");

        AssertNotOpened("config.json is not JSON");
    }

    [Fact]
    public void A_missing_tokenizer_gives_the_reason()
    {
        File.Delete(folder["tokenizer.json"]);

        AssertNotOpened("there is no tokenizer.json");
    }

    [Fact]
    public void A_broken_weight_file_is_an_error_with_its_own_code()
    {
        File.WriteAllText(folder["model.safetensors"], "not a header");

        Assert.StartsWith(
            "MOPS3", Assert.Throws<MergeOpsException>(() => LanguageModels.TryOpen(folder.Path, out _)).Diagnostic.Code.Id, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private void AssertNotOpened(string reason)
    {
        Assert.Null(LanguageModels.TryOpen(folder.Path, out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }
}
