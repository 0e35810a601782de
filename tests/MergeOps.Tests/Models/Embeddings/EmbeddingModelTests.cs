using System.Text.Json.Nodes;
using MergeOps.Models.Embeddings;
using Xunit;

namespace MergeOps.Tests.Models.Embeddings;

/// <summary>Vectors are worked out from the states that transformers computes, by the definitions of sentence-transformers.</summary>
public sealed class EmbeddingModelTests : IDisposable
{
    private const float Tolerance = 1e-4f;

    private readonly SmallEmbeddingModel files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData("pooling_mode_cls_token", "cls")]
    [InlineData("pooling_mode_max_tokens", "max")]
    [InlineData("pooling_mode_mean_tokens", "mean")]
    [InlineData("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens")]
    [InlineData("pooling_mode_weightedmean_tokens", "weightedmean")]
    [InlineData("pooling_mode_lasttoken", "lasttoken")]
    public void Both_dialects_pool_alike_also_side_by_side_with_longer_texts(string older, string mode)
    {
        foreach (var config in new[] { new JsonObject { [older] = true, ["word_embedding_dimension"] = 16 }, new JsonObject { ["pooling_mode"] = mode, ["embedding_dimension"] = 16 } })
        {
            files.Write("1_Pooling/config.json", config);

            var vectors = Embed(files.Texts);

            for (var text = 0; text < vectors.Length; text++)
            {
                AssertNear(Pooled(files.States[text], mode), vectors[text]);
            }
        }
    }

    [Fact]
    public void Several_modes_are_joined()
    {
        files.Write("1_Pooling/config.json", new JsonObject { ["pooling_mode"] = new JsonArray("lasttoken", "mean") });

        AssertNear([.. Pooled(files.States[0], "lasttoken"), .. Pooled(files.States[0], "mean")], Embed([files.Texts[0]])[0]);
    }

    [Fact]
    public void A_model_without_modules_takes_the_mean_and_says_so()
    {
        files.Delete("modules.json");
        using var model = Open();

        AssertNear(Pooled(files.States[1], "mean"), model.Embed([files.Texts[1]], "", TestContext.Current.CancellationToken)[0]);
        Assert.Equal("mean pooling (there is no modules.json), up to 24 tokens", model.Description);
    }

    [Fact]
    public void A_projection_a_norm_and_normalization_follow_in_their_order()
    {
        files.Modules("Transformer", "Pooling", "Dense", "LayerNorm", "Normalize");
        files.Write("2_Dense/config.json", new JsonObject { ["in_features"] = 16, ["out_features"] = 2, ["bias"] = true, ["activation_function"] = "torch.nn.modules.activation.Tanh", ["use_residual"] = true });
        float[] weights = [.. Enumerable.Range(0, 32).Select(i => (i % 7 - 3) * 0.1f)], residual = [.. Enumerable.Range(0, 32).Select(i => (i % 5 - 2) * 0.1f)];
        files.WriteTensors("2_Dense/model.safetensors", ("linear.weight", [2, 16], weights), ("linear.bias", [2], [0.5f, -0.25f]), ("residual.weight", [2, 16], residual));
        files.WriteTensors("3_LayerNorm/model.safetensors", ("norm.weight", [2], [1.5f, 0.5f]), ("norm.bias", [2], [0.1f, 0.2f]));
        var pooled = Pooled(files.States[0], "mean");
        double[] projected = [.. Enumerable.Range(0, 2).Select(row => Math.Tanh(Dot(weights, row) + (row == 0 ? 0.5 : -0.25)) + Dot(residual, row))];
        var (mean, half) = (projected.Average(), (projected[0] - projected[1]) / 2);
        var scale = Math.Sqrt(half * half + 1e-5);
        double[] normed = [(projected[0] - mean) / scale * 1.5 + 0.1, (projected[1] - mean) / scale * 0.5 + 0.2];
        var length = Math.Sqrt(normed.Sum(value => value * value));

        using var model = Open();

        AssertNear([.. normed.Select(value => (float)(value / length))], model.Embed([files.Texts[0]], "", TestContext.Current.CancellationToken)[0]);
        Assert.Equal(2, model.Dimensions);
        Assert.Equal("mean pooling, projected to 2, layer norm, normalized, up to 24 tokens", model.Description);

        double Dot(float[] matrix, int row) => Enumerable.Range(0, 16).Sum(i => (double)matrix[row * 16 + i] * pooled[i]);
    }

    [Fact]
    public void What_is_too_long_is_cut_before_the_token_that_ends_texts()
    {
        files.Write("sentence_bert_config.json", new JsonObject { ["max_seq_length"] = 5, ["do_lower_case"] = true });

        var vectors = Embed(["W5 w6 w7 w8 w9 w10", "w5 w6 w7", "w8 w9 w10"]);
        files.Write("tokenizer_config.json", new JsonObject { ["truncation_side"] = "left" });

        AssertNear(vectors[1], vectors[0]);
        AssertNear(vectors[2], Embed(["w5 w6 w7 w8 w9 w10"])[0]);
    }

    [Fact]
    public void Prompts_come_from_the_recipe_the_models_own_file_or_its_default()
    {
        files.Write("config_sentence_transformers.json", new JsonObject
        {
            ["prompts"] = new JsonObject { ["query"] = "w5 w6 ", ["document"] = "" },
            ["default_prompt_name"] = "query",
        });
        using var model = Open();

        Assert.Equal("w9 ", model.PromptOf(new("w9 ", null), out _));
        Assert.Equal("", model.PromptOf(new("", null), out _));
        Assert.Equal("", model.PromptOf(new(null, "document"), out _));
        Assert.Equal("w5 w6 ", model.PromptOf(new(null, null), out _));
        Assert.Null(model.PromptOf(new(null, "passage"), out var whyNot));
        Assert.Equal("its config_sentence_transformers.json has no prompt 'passage' (there are: document, query)", whyNot);
        var prompted = model.Embed(["w7"], "w5 w6 ", TestContext.Current.CancellationToken)[0];
        AssertNear(prompted, model.Embed(["w5 w6 w7"], "", TestContext.Current.CancellationToken)[0]);
    }

    /// <summary>The prompt is two words and the token before them; what is left are the text and the token behind it.</summary>
    [Fact]
    public void A_prompt_that_pooling_leaves_out_is_seen_and_not_counted()
    {
        files.Write("1_Pooling/config.json", new JsonObject { ["pooling_mode"] = "mean", ["include_prompt"] = false });
        var words = files.Texts[2].Split(' ');

        using var model = Open();
        var vector = model.Embed([string.Join(' ', words[2..])], string.Join(' ', words[..2]) + " ", TestContext.Current.CancellationToken)[0];

        AssertNear(Pooled(files.States[2][3..], "mean"), vector);
    }

    [Fact]
    public void White_space_around_a_text_does_not_count_and_equal_texts_have_equal_vectors()
    {
        var vectors = Embed([" w5 w6\n", "w9", "w5 w6", "w5 w6"]);

        Assert.Equal(vectors[2], vectors[3]);
        AssertNear(vectors[2], vectors[0]);
    }

    [Theory]
    [InlineData("config_sentence_transformers.json", """{"model_type": "SparseEncoder"}""", "it is a 'SparseEncoder' of sentence-transformers")]
    [InlineData("config_sentence_transformers.json", """{"model_type": "CrossEncoder"}""", "it is a 'CrossEncoder' of sentence-transformers")]
    [InlineData("config_sentence_transformers.json", """{"model_type": "MultiVectorEncoder"}""", "it is a 'MultiVectorEncoder' of sentence-transformers")]
    [InlineData("config_sentence_transformers.json", "{", "config_sentence_transformers.json is not JSON")]
    [InlineData("modules.json", """[{"path": "", "type": "a.Transformer"}, {"path": "1_SpladePooling", "type": "a.SpladePooling"}]""", "its modules are Transformer, SpladePooling")]
    [InlineData("modules.json", """[{"path": "", "type": "a.Transformer"}, {"path": "1_Dense", "type": "pylate.models.Dense.Dense"}]""", "its modules are Transformer, Dense")]
    [InlineData("modules.json", """[{"path": "0_Transformer", "type": "a.Transformer"}, {"path": "1_Pooling", "type": "a.Pooling"}]""", "computed here are a Transformer in the model's own folder")]
    [InlineData("modules.json", """[{"path": "", "type": "a.Transformer"}, {"path": "1_Pooling", "type": "a.Pooling"}, {"path": "2_CNN", "type": "a.CNN"}]""", "the module 'CNN' of modules.json has no implementation here")]
    [InlineData("modules.json", "{}", "modules.json is not a list")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode": "attention"}""", "pooling 'attention' of 1_Pooling/config.json has no implementation here")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_mean_tokens": true, "pooling_mode_fancy": true}""", "'pooling_mode_fancy' of 1_Pooling/config.json has no implementation here")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode": "cls", "include_prompt": false}""", "1_Pooling/config.json asks for the first token and leaves the prompt out")]
    [InlineData("1_Pooling/config.json", "[]", "there is no 1_Pooling/config.json, or it is not an object")]
    [InlineData("sentence_bert_config.json", """{"transformer_task": "fill-mask"}""", "its transformer is used for 'fill-mask'")]
    [InlineData("sentence_bert_config.json", """{"max_seq_length": 2}""", "the longest allowed text has no room for a token besides the special ones")]
    [InlineData("tokenizer.json", """{"version": "2.0"}""", "Its version is not 1.0")]
    public void What_would_not_be_exact_is_refused_by_name(string path, string content, string reason)
    {
        files.Write(path, content == "{" ? JsonValue.Create("") : JsonNode.Parse(content)!);
        if (content == "{")
        {
            File.WriteAllText(Path.Combine(files.Path, path), content);
        }

        Assert.Null(EmbeddingOpener.TryOpen(files.Path, out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"in_features": 16, "out_features": 2, "activation_function": "my.Own"}""", "the activation 'my.Own' of 2_Dense has no implementation here")]
    [InlineData("""{"in_features": 16, "out_features": 2, "module_input_name": "token_embeddings"}""", "2_Dense works on 'token_embeddings'")]
    [InlineData("""{"in_features": 8, "out_features": 2}""", "2_Dense takes vectors of 8 elements, those before it have 16")]
    [InlineData("""{"in_features": 16, "out_features": 3}""", "2_Dense has no tensor 'linear.weight' of the shape [3, 16]")]
    [InlineData("""{"out_features": 3}""", "2_Dense/config.json has no 'in_features' and 'out_features'")]
    public void A_projection_that_is_not_as_its_config_says_is_refused_by_name(string config, string reason)
    {
        files.Modules("Transformer", "Pooling", "Dense");
        files.Write("2_Dense/config.json", JsonNode.Parse(config)!);
        files.WriteTensors("2_Dense/model.safetensors", ("linear.weight", [2, 16], new float[32]), ("linear.bias", [2], [0, 0]));

        Assert.Null(EmbeddingOpener.TryOpen(files.Path, out var whyNot));
        Assert.Contains(reason, whyNot, StringComparison.Ordinal);
    }

    private EmbeddingModel Open() => EmbeddingOpener.TryOpen(files.Path, out var whyNot) ?? throw new InvalidOperationException(whyNot);

    private float[][] Embed(string[] texts)
    {
        using var model = Open();
        return model.Embed(texts, "", TestContext.Current.CancellationToken);
    }

    private static float[] Pooled(float[][] states, string mode)
    {
        var elements = Enumerable.Range(0, states[0].Length);
        return mode switch
        {
            "cls" => states[0],
            "lasttoken" => states[^1],
            "max" => [.. elements.Select(i => states.Max(state => state[i]))],
            "mean" => [.. elements.Select(i => states.Average(state => state[i]))],
            "mean_sqrt_len_tokens" => [.. elements.Select(i => (float)(states.Sum(state => (double)state[i]) / Math.Sqrt(states.Length)))],
            _ => [.. elements.Select(i => (float)(states.Index().Sum(state => (state.Index + 1.0) * state.Item[i]) / (states.Length * (states.Length + 1) / 2.0)))],
        };
    }

    private static void AssertNear(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, Tolerance * 3));
    }
}
