using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Sources.Statistics;
using MergeOps.Tests.Tokenizers;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>
/// Merges of models with other vocabularies: each row of the output against the rows of its token, which are known by a formula.
/// </summary>
public sealed class RowsByTokenTests : PlanningTests
{
    private static readonly string[] Words = ["the", "quick", "brown", "fox", "jumps", "over"];

    private readonly TokenModels tokens;

    public RowsByTokenTests() => tokens = new(Models);

    private string Out => Path.Combine(Models.Path, "out");

    [Theory]
    [InlineData("", "a")]
    [InlineData("tokenizer_source: base", "a")]
    [InlineData("tokenizer_source: union", "a")]
    [InlineData("tokenizer: { source: ./b }", "b")]
    public void One_vocabulary_in_two_orders_is_merged_token_by_token(string key, string giver)
    {
        string[] other = ["<tool>", "</tool>", .. Words.Reverse()];
        tokens.Add(1, "a", TokenizerFixture.Json([.. Words, "<tool>", "</tool>"]));
        tokens.Add(2, "b", TokenizerFixture.Json(other));

        Merge(Average("./a", "./b") + key);

        var vocabulary = Reopened();
        Assert.Equal(8, vocabulary.Count);
        Assert.Equal(giver == "b" ? 0 : 6, vocabulary.IdOf("<tool>"));
        foreach (var token in vocabulary.Known)
        {
            Assert.Equal(Mean(TokenModels.Row(1, token.Text), TokenModels.Row(2, token.Text)), Embedding[token.Id]);
            Assert.Equal(Mean(TokenModels.HeadRow(1, token.Text), TokenModels.HeadRow(2, token.Text)), Head[token.Id]);
        }
    }

    [Fact]
    public void A_union_of_three_holds_every_token_with_the_row_of_those_that_have_it()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", "<|im_start|>", "<|im_end|>"));
        tokens.Add(3, "c", TokenizerFixture.Json(Words, "<s>", "<|im_end|>", "<|tool|>"));

        Merge("base_model: ./a\n" + Average("./a", "./b", "./c", "./a") + "tokenizer_source: union");

        var vocabulary = Reopened();
        Assert.Equal([.. Words, "<s>", "<|im_start|>", "<|im_end|>", "<|tool|>"], vocabulary.Known.Select(token => token.Text));
        Assert.Equal(10, Embedding.Length);
        Assert.Equal(Mean(TokenModels.Row(1, "fox"), TokenModels.Row(2, "fox"), TokenModels.Row(3, "fox"), TokenModels.Row(1, "fox")), Embedding[3]);

        // one model alone has it: its row for all
        Assert.Equal(TokenModels.Row(2, "<|im_start|>"), Embedding[7]);
        Assert.Equal(TokenModels.Row(3, "<|tool|>"), Embedding[9]);

        // two have it, and the base does not: their mean for the one that lacks it
        var mean = Mean(TokenModels.Row(2, "<|im_end|>"), TokenModels.Row(3, "<|im_end|>"));
        Assert.Equal(Mean(mean, TokenModels.Row(2, "<|im_end|>"), TokenModels.Row(3, "<|im_end|>"), mean), Embedding[8]);
        Assert.Equal(Mean(TokenModels.HeadRow(2, "<|im_end|>"), TokenModels.HeadRow(3, "<|im_end|>")), Head[8]);
        Assert.Equal(10, (int)Config["vocab_size"]!);
    }

    [Fact]
    public void Where_Fisher_information_decides_a_model_has_no_say_on_tokens_that_it_lacks()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", "<|im_end|>"));
        tokens.Add(3, "c", TokenizerFixture.Json(Words, "<s>", "<|im_end|>"));
        Measure("a", 7, 4);
        Measure("b", 8, 1);
        Measure("c", 8, 3);

        Merge("""
            merge_method: fisher
            models:
              - { model: ./a, statistics: a.safetensors }
              - { model: ./b, statistics: b.safetensors }
              - { model: ./c, statistics: c.safetensors }
            parameters: { normalize: false, floor: 0 }
            tokenizer_source: union
            """);

        float[] Weighted(string text, float ofA, float ofB, float ofC) =>
            [.. Enumerable.Range(0, TokenModels.Width).Select(place => ((ofA * TokenModels.Row(1, text)[place]) + (ofB * TokenModels.Row(2, text)[place]) + (ofC * TokenModels.Row(3, text)[place])) / (ofA + ofB + ofC))];
        Assert.Equal(Weighted("fox", 4, 1, 3), Embedding[3]);
        Assert.Equal(Weighted("<|im_end|>", 0, 1, 3), Embedding[7]);

        void Measure(string model, int rows, float fisher)
        {
            var weights = Path.Combine(Models.Path, model, "model.safetensors");
            var config = CanonicalJson.Write(JsonNode.Parse(File.ReadAllText(Path.Combine(Models.Path, model, "config.json"))));
            var digest = MeasuredWeights.DigestOf([[KeyValuePair.Create("model.safetensors", BlobDigest.OfFile(DigestKind.Sha256, weights, CancellationToken.None)), .. MeasuredWeights.Settings("config.json", config)]]);
            float[] numbers = [.. Enumerable.Repeat(fisher, rows * TokenModels.Width)];
            File.WriteAllBytes(
                Path.Combine(Models.Path, $"{model}.safetensors"),
                StatisticsFiles.Bytes(StatisticsFiles.Fisher(model, digest, 1), ("model.embed_tokens.weight", [rows, TokenModels.Width], numbers), ("lm_head.weight", [rows, TokenModels.Width], numbers)));
        }
    }

    [Fact]
    public void A_token_that_a_model_lacks_has_the_bases_row_there()
    {
        tokens.Add(1, "a", TokenizerFixture.Json([.. Words, "<x>"]));
        tokens.Add(2, "b", TokenizerFixture.Json(["<x>", .. Words]));
        tokens.Add(3, "c", TokenizerFixture.Json([.. Words.Reverse()]));

        Merge("base_model: ./a\n" + Average("./a", "./b", "./c", "./c"));

        Assert.Equal(
            Mean(TokenModels.Row(1, "<x>"), TokenModels.Row(2, "<x>"), TokenModels.Row(1, "<x>"), TokenModels.Row(1, "<x>")), Embedding[6]);
        Assert.Equal(Mean(TokenModels.Row(1, "the"), TokenModels.Row(2, "the"), TokenModels.Row(3, "the"), TokenModels.Row(3, "the")), Embedding[0]);
    }

    [Fact]
    public void Rows_behind_the_tokens_stay_unless_the_recipe_pads_anew()
    {
        tokens.Add(1, "a", TokenizerFixture.Json([.. Words, "<s>"]), rows: 9);
        tokens.Add(2, "b", TokenizerFixture.Json(["<s>", .. Words]), rows: 8);

        Merge(Average("./a", "./b"));

        Assert.Equal(9, Embedding.Length);
        Assert.Equal(Mean(TokenModels.Row(1, TokenModels.Unused(7)), TokenModels.Row(2, TokenModels.Unused(7))), Embedding[7]);
        Assert.Equal(TokenModels.Row(1, TokenModels.Unused(8)), Embedding[8]);

        Merge(Average("./a", "./b") + "tokenizer: { source: base, pad_to_multiple_of: 4 }");

        Assert.Equal(8, Embedding.Length);
        Assert.Equal(8, (int)Config["vocab_size"]!);
        string[] all = [.. Words, "<s>"];
        var expected = Mean(MeanOf(1, all), MeanOf(2, all));
        Assert.All(expected.Zip(Embedding[7]), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Fact]
    public void Tied_heads_stay_tied_and_a_single_head_meets_the_embeddings_of_the_others()
    {
        tokens.Add(1, "a", TokenizerFixture.Json([.. Words, "<s>"]), head: false);
        tokens.Add(2, "b", TokenizerFixture.Json(["<s>", .. Words]), head: false);
        tokens.Add(3, "c", TokenizerFixture.Json([.. Words.Reverse(), "<s>"]));

        Merge(Average("./a", "./b"));

        Assert.False(CheckpointOf(Out).Tensors.ContainsKey("lm_head.weight"));
        Assert.Equal(Mean(TokenModels.Row(1, "fox"), TokenModels.Row(2, "fox")), Embedding[3]);

        Merge(Average("./a", "./c"));

        Assert.Equal(Mean(TokenModels.Row(1, "fox"), TokenModels.HeadRow(3, "fox")), Head[3]);
        Assert.Equal(Mean(TokenModels.Row(1, "fox"), TokenModels.Row(3, "fox")), Embedding[3]);
    }

    [Fact]
    public void A_renamed_slot_is_one_row_which_a_union_gives_the_name()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", "<|im_start|>", "<|reserved_special_token_1|>", "<|more|>"));

        Merge("base_model: ./a\n" + Average("./a", "./b") + "tokenizer_source: union");

        Assert.Equal([.. Words, "<s>", "<|im_start|>", "<|reserved_special_token_1|>", "<|more|>"], Reopened().Known.Select(token => token.Text));
        Assert.Equal(Mean(TokenModels.Row(1, "<|reserved_special_token_0|>"), TokenModels.Row(2, "<|im_start|>")), Embedding[7]);
        Assert.Equal(TokenModels.Row(2, "<|more|>"), Embedding[9]);

        Merge("base_model: ./a\n" + Average("./a", "./b") + "tokenizer:\n  tokens:\n    <|im_start|>: {}\n");

        Assert.Equal(["<|reserved_special_token_0|>", "<|reserved_special_token_1|>", "<|im_start|>", "<|more|>"], Reopened().Known.Skip(7).Select(token => token.Text).ToArray());
        Assert.Equal(TokenModels.Row(1, "<|reserved_special_token_0|>"), Embedding[7]);
        Assert.Equal(TokenModels.Row(2, "<|im_start|>"), Embedding[9]);
    }

    // a: a free place; b and c: each its own name for it; d: a fine-tune that left it free
    [Theory]
    [InlineData("base_model: ./a\n", "./b", "./c")]
    [InlineData("base_model: ./a\n", "./c", "./b")]
    [InlineData("base_model: ./a\n", "./a", "./b", "./c", "./c")]
    [InlineData("base_model: ./d\n", "./c", "./a", "./b", "./d")]
    [InlineData("", "./b", "./c")]
    [InlineData("", "./b", "./d", "./c", "./d")]
    [InlineData("", "./c", "./b", "./d", "./d")]
    [InlineData("", "./d", "./d", "./c", "./b")]
    public void Two_models_that_named_one_free_place_keep_their_tokens_with_their_own_rows_in_any_order(string origin, params string[] models)
    {
        foreach (var isHeadApart in new[] { true, false })
        {
            tokens.Add(1, "a", TokenizerFixture.Json(Words, "<unused0>"), rows: 9, head: isHeadApart);
            tokens.Add(2, "b", TokenizerFixture.Json(Words, "<|im_start|>"), rows: 9, head: isHeadApart);
            tokens.Add(3, "c", TokenizerFixture.Json(Words, "<|tool|>"), head: isHeadApart);
            tokens.Add(4, "d", TokenizerFixture.Json(Words, "<unused0>"), rows: 8, head: isHeadApart);

            foreach (var key in new[] { "tokenizer_source: union", "tokenizer: { source: union, pad_to_multiple_of: 4 }", "tokenizer: { tokens: { <|tool|>: {} } }" })
            {
                Merge(origin + Average(models) + key);

                var vocabulary = Reopened();
                Assert.Equal(TokenModels.Row(2, "<|im_start|>"), Embedding[vocabulary.IdOf("<|im_start|>")!.Value]);
                Assert.Equal(TokenModels.Row(3, "<|tool|>"), Embedding[vocabulary.IdOf("<|tool|>")!.Value]);
                if (isHeadApart)
                {
                    Assert.Equal(TokenModels.HeadRow(2, "<|im_start|>"), Head[vocabulary.IdOf("<|im_start|>")!.Value]);
                }
            }
        }
    }

    [Theory]
    [InlineData("./b", "./c")]
    [InlineData("./c", "./b")]
    public void A_name_that_two_models_put_into_different_free_places_has_no_row_where_it_was_not_put(string first, string second)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<unused0>", "<unused1>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<|tool|>", "<unused1>"));
        tokens.Add(3, "c", TokenizerFixture.Json(Words, "<unused0>", "<|tool|>"));

        Merge("base_model: ./a\n" + Average(first, second) + "tokenizer_source: union");

        Assert.Equal(Mean(TokenModels.Row(2, "<|tool|>"), TokenModels.Row(3, "<|tool|>")), Embedding[Reopened().IdOf("<|tool|>")!.Value]);
        Assert.Equal(["<unused0>", "<unused1>", "<|tool|>"], Reopened().Known.Skip(6).Select(token => token.Text));
        Assert.Equal(Mean(TokenModels.Row(1, "<unused0>"), TokenModels.Row(3, "<unused0>")), Embedding[6]);
    }

    [Theory]
    [InlineData("./b", "./c")]
    [InlineData("./c", "./b")]
    public void A_token_that_a_union_adds_has_no_row_in_a_model_whose_free_place_has_its_number(string first, string second)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<|im_end|>"));
        tokens.Add(3, "c", TokenizerFixture.Json(Words, "<unused7>", "<unused8>"));

        Merge("base_model: ./a\n" + Average(first, second) + "tokenizer_source: union");

        var vocabulary = Reopened();
        Assert.Equal(TokenModels.Row(2, "<|im_end|>"), Embedding[vocabulary.IdOf("<|im_end|>")!.Value]);
        Assert.Equal(TokenModels.Row(3, "<unused7>"), Embedding[vocabulary.IdOf("<unused7>")!.Value]);
        Assert.Equal(TokenModels.Row(3, "<unused8>"), Embedding[vocabulary.IdOf("<unused8>")!.Value]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_union_keeps_two_names_of_one_id_as_two_tokens(bool othersMove)
    {
        string[] words = othersMove ? [.. Words.Reverse()] : Words;
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<|im_start|>"));
        tokens.Add(2, "b", TokenizerFixture.Json(words, "<tool>"));

        Merge(Average("./a", "./b") + "tokenizer_source: union");

        Assert.Equal([.. Words, "<|im_start|>", "<tool>"], Reopened().Known.Select(token => token.Text));
        Assert.Equal(TokenModels.Row(1, "<|im_start|>"), Embedding[6]);
        Assert.Equal(TokenModels.Row(2, "<tool>"), Embedding[7]);
        Assert.Equal(TokenModels.HeadRow(2, "<tool>"), Head[7]);
        Assert.Equal(Mean(TokenModels.Row(1, "fox"), TokenModels.Row(2, "fox")), Embedding[3]);
    }

    [Theory]
    [InlineData("tokenizer: { source: base, tokens: { '<tool>': {} } }")]
    [InlineData("tokenizer: { tokens: { '<tool>': { source: ./b } } }")]
    public void What_the_warning_of_a_place_with_two_names_advises_keeps_both_tokens(string key)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<|im_start|>"));
        tokens.Add(2, "b", TokenizerFixture.Json([.. Words.Reverse()], "<tool>"));
        var (_, before) = TryPlan(Average("./a", "./b") + "tokenizer_source: base", Models);
        Assert.Contains("`tokens: { '<tool>': {} }`", Assert.Single(before, found => found.Severity is Severity.Warning).Detail, StringComparison.Ordinal);

        var (_, found) = TryPlan(Average("./a", "./b") + key, Models);
        Merge(Average("./a", "./b") + key);

        Assert.DoesNotContain(found, finding => finding.Code == Codes.TokensRenamed);
        Assert.Equal(TokenModels.Row(1, "<|im_start|>"), Embedding[6]);
        Assert.Equal(TokenModels.Row(2, "<tool>"), Embedding[7]);
    }

    [Fact]
    public void A_token_whose_models_embedding_is_not_used_gets_its_row_by_the_advice()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", "<tool>"));
        const string Slices = """
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./b, layer_range: [0, 1] }]
              - sources: [{ model: ./a, layer_range: [0, 1] }]

            """;

        var (_, found) = TryPlan(Slices + "tokenizer_source: union", Models);

        var warning = Assert.Single(found, finding => finding.Code == Codes.TokensWithoutRow);
        Assert.StartsWith("./b has the token ('<tool>' 7), and none of the models whose rows go into the output does: its row is zeros.", warning.Detail, StringComparison.Ordinal);
        Assert.Contains("`tokens: { '<tool>': { source: ./b } }`", warning.Detail, StringComparison.Ordinal);

        Merge(Slices + "tokenizer: { source: union, tokens: { '<tool>': { source: ./b } } }");
        Assert.Equal(TokenModels.Row(2, "<tool>"), Embedding[7]);
    }

    [Theory]
    [InlineData("model.layers.1.eh_proj.weight", "model.layers.1.embed_tokens.weight")]
    [InlineData("mtp.fc.weight", "mtp.embed_tokens.weight")]
    public void A_token_without_a_row_in_a_layer_that_predicts_ahead_is_a_token_of_the_model(string join, string table)
    {
        tokens.Add(1, "b", TokenizerFixture.Json(Words, "<s>", "<tool>"));
        Models.Mixed(
            "a",
            """{ "vocab_size": 7, "tie_word_embeddings": false, "num_hidden_layers": 1, "num_nextn_predict_layers": 1 }""",
            [
                .. CheckpointReader.Open(Path.Combine(Models.Path, "b"), []).Tensors.Values.Select(tensor => (tensor.Name, tensor.DType, tensor.Shape is [8, var width] ? [7, width] : tensor.Shape.ToArray())),
                (join, DType.F32, [4, 8]),
                (table, DType.F32, [7, TokenModels.Width]),
            ]).File("a", "tokenizer.json", TokenizerFixture.Json(Words, "<s>"));

        var (plan, found) = TryPlan(Average("./a", "./b") + "tokenizer: { source: union, tokens: { <tool>: { source: ./b } } }", Models);

        Assert.NotNull(plan);
        Assert.DoesNotContain(found, finding => finding.Code == Codes.TokenSourceMissing || finding.Severity is Severity.Error);
        var note = Assert.Single(found, finding => finding.Code == Codes.TokensWithoutRow);
        Assert.Equal(Severity.Note, note.Severity);
        Assert.StartsWith("The layers that predict tokens further ahead have an embedding or a head of their own, and no model that has them has the token ('<tool>' 7): its row there is zeros.", note.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_without_a_row_in_the_table_of_an_ordinary_layer_is_a_warning()
    {
        tokens.Add(1, "b", TokenizerFixture.Json(Words, "<s>", "<tool>"));
        Models.Mixed(
            "a",
            """{ "vocab_size": 7, "tie_word_embeddings": false, "num_hidden_layers": 1 }""",
            [
                .. CheckpointReader.Open(Path.Combine(Models.Path, "b"), []).Tensors.Values.Select(tensor => (tensor.Name, tensor.DType, tensor.Shape is [8, var width] ? [7, width] : tensor.Shape.ToArray())),
                ("model.layers.0.embed_tokens.weight", DType.F32, [7, TokenModels.Width]),
            ]).File("a", "tokenizer.json", TokenizerFixture.Json(Words, "<s>"));

        var (_, found) = TryPlan(Average("./a", "./b") + "tokenizer: { source: union }", Models);

        Assert.Equal(Severity.Warning, Assert.Single(found, finding => finding.Code == Codes.TokensWithoutRow).Severity);
    }

    [Theory]
    [InlineData("{ kind: model_token, model: ./a, token_id: 999 }", "none with the number 999")]
    [InlineData("{ kind: model_token, model: ./b, token: nowhere }", "has no token 'nowhere' with a row")]
    public void A_row_that_does_not_exist_is_an_error_even_where_no_model_would_take_it(string source, string what)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));

        var refused = Refused(Average("./a", "./b") + "tokenizer: { source: base, tokens: { fox: { source: " + source + " } } }");

        Assert.Equal(Codes.TokenSourceMissing, refused.Code);
        Assert.Contains(what, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ source: ./b }", true)]
    [InlineData("{ source: { kind: zero } }", true)]
    [InlineData("{ source: ./b, force: true }", false)]
    public void A_source_that_no_model_needs_is_a_key_without_effect(string token, bool isIdle)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));

        var (_, found) = TryPlan(Average("./a", "./b") + "tokenizer: { source: base, tokens: { fox: " + token + " } }", Models);

        Assert.Equal(isIdle ? [Codes.KeyWithoutEffect] : [], found.Select(finding => finding.Code));
    }

    [Fact]
    public void Single_tokens_get_the_rows_that_the_recipe_names()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", "<|im_end|>"));

        Merge("base_model: ./a\n" + Average("./a", "./b") + """
            tokenizer:
              source: base
              tokens:
                <|start|>: { source: { kind: model_token, model: ./b, token: fox }, force: true }
                <|two|>: { source: { kind: model_token, model: ./b, token_id: 1 } }
                <|none|>: { source: { kind: zero } }
                <|im_end|>: { source: ./b }
                over: { source: ./b, force: true }
                the: { source: ./b }
            """);

        var vocabulary = Reopened();
        Assert.Equal(["<|start|>", "<|two|>", "<|none|>", "<|im_end|>"], vocabulary.Known.Skip(7).Select(token => token.Text));
        Assert.Equal(TokenModels.Row(2, "fox"), Embedding[7]);
        Assert.Equal(TokenModels.Row(2, "quick"), Embedding[8]);
        Assert.Equal(new float[TokenModels.Width], Embedding[9]);
        Assert.Equal(TokenModels.Row(2, "<|im_end|>"), Embedding[10]);
        Assert.Equal(TokenModels.HeadRow(2, "over"), Head[5]);
        Assert.Equal(Mean(TokenModels.Row(1, "the"), TokenModels.Row(2, "the")), Embedding[0]);
    }

    [Fact]
    public void A_token_that_no_model_has_gets_zeros_and_a_warning()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));

        var (plan, found) = TryPlan(Average("./a", "./b") + "tokenizer: { source: base, tokens: { <|new|>: {} } }", Models);
        MergeEngine.Run(plan!, new MergeOptions { Output = Out }, null, TestContext.Current.CancellationToken);

        Assert.Equal(Codes.TokensWithoutRow, Assert.Single(found).Code);
        Assert.Equal(new float[TokenModels.Width], Embedding[7]);
    }

    [Theory]
    [InlineData("{ kind: model_token, model: ./b, token: nowhere }", "has no token 'nowhere' with a row")]
    [InlineData("{ kind: model_token, model: ./b, token_id: 7 }", "has 7 rows in 'model.embed_tokens.weight', and none with the number 7")]
    [InlineData("./b", "has no token '<|new|>' with a row")]
    public void A_row_that_does_not_exist_is_an_error_at_its_place(string source, string what)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));

        var refused = Refused(Average("./a", "./b") + "tokenizer: { source: base, tokens: { <|new|>: { source: " + source + " } } }");

        Assert.Equal((Codes.TokenSourceMissing, 5), (refused.Code, refused.Span?.Line));
        Assert.Contains(what, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer_source: union")]
    [InlineData("tokenizer_source: base")]
    [InlineData("tokenizer: { source: union }")]
    [InlineData("tokenizer: { source: ./a }")]
    [InlineData("tokenizer: { source: ./a, pad_to_multiple_of: 7 }")]
    public void Where_vocabularies_agree_a_choice_of_tokenizer_costs_nothing(string key)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));

        Assert.Equal(Plan(Average("./a", "./b")).Digest, Plan(Average("./a", "./b") + key).Digest);
    }

    [Theory]
    [InlineData("ties", "density: 0.5, weight: 1")]
    [InlineData("dare_ties", "density: 0.5, weight: 1")]
    public void Methods_that_look_at_their_inputs_first_see_the_same_rows_in_any_order(string method, string parameters)
    {
        // one tensor in another order of rows: what makes the same numbers of it makes them in the same order
        string[] other = [.. Words.Reverse(), "<s>"];
        tokens.Add(1, "a", TokenizerFixture.Json([.. Words, "<s>"]));
        tokens.Add(2, "b", TokenizerFixture.Json([.. Words, "<s>"]));
        tokens.Add(2, "c", TokenizerFixture.Json(other));
        string Recipe(string model) => $$"""
            merge_method: {{method}}
            base_model: ./a
            models:
              - { model: {{model}}, parameters: { {{parameters}} } }

            """;

        Merge(Recipe("./b"));
        var expected = Embedding;
        Merge(Recipe("./c"));

        Assert.Equal(expected, Embedding);
    }

    [Theory]
    [InlineData("generator_lm_head.bias")]
    [InlineData("predictions.bias")]
    [InlineData("lm_loss.bias")]
    [InlineData("mlm_score.bias")]
    [InlineData("decoder.bias")]
    [InlineData("output.bias")]
    [InlineData("pred_layer.proj.bias")]
    [InlineData("final_logits_bias")]
    public void The_numbers_of_a_bias_over_the_vocabulary_follow_their_tokens(string name)
    {
        Many("a", [.. Words, "<s>"], name, [10, 11, 12, 13, 14, 15, 16]);
        Many("b", ["<s>", .. Words], name, [26, 20, 21, 22, 23, 24, 25]);

        Merge(Average("./a", "./b"));

        Assert.Equal([15, 16, 17, 18, 19, 20, 21], Numbers(name));
    }

    [Theory]
    [InlineData("language_model.output.weight")]
    [InlineData("output_projection.weight")]
    [InlineData("model.transformer.ff_out.weight")]
    [InlineData("pred_layer.proj.weight")]
    [InlineData("token_embeddings.weight")]
    [InlineData("transformer.w.weight")]
    [InlineData("embeddings")]
    [InlineData("model.layers.2.embed_tokens.weight")]
    [InlineData("model.layers.2.shared_head.head.weight")]
    public void The_rows_of_every_table_of_tokens_follow_their_tokens(string name)
    {
        Many("a", [.. Words, "<s>"], name, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
        Many("b", ["<s>", .. Words], name, [17, 17, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15, 16, 16]);

        Merge(Average("./a", "./b"));

        Assert.Equal([6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12], Numbers(name));
    }

    [Fact]
    public void An_embedding_with_rows_for_the_first_tokens_alone_keeps_its_number_of_rows()
    {
        const string Table = "model.embed_tokens_per_layer.weight";
        Many("a", [.. Words, "<s>"], Table, [1, 2, 3, 4, 5], rows: 5);
        Many("b", ["<s>", .. Words], Table, [17, 11, 12, 13, 14], rows: 5);

        Merge(Average("./a", "./b"));

        // the second model has no row for the fifth word
        Assert.Equal([6, 7, 8, 9, 5], Numbers(Table));
    }

    [Theory]
    [InlineData("readout.bias", "")]
    [InlineData("layers.0.table.weight", "")]
    [InlineData("readout.bias", "tokenizer: { source: union, pad_to_multiple_of: 8 }")]
    public void What_has_as_many_rows_as_tokens_and_an_unknown_name_is_refused_until_the_recipe_says_what_it_is(string name, string key)
    {
        string[] other = key.Length == 0 ? ["<s>", .. Words] : [.. Words, "<s>"];
        Many("a", [.. Words, "<s>"], name, [10, 11, 12, 13, 14, 15, 16]);
        Many("b", other, name, [26, 20, 21, 22, 23, 24, 25]);

        var refused = Refused(Average("./a", "./b") + key);

        Assert.Equal(Codes.VocabulariesMismatch, refused.Code);
        Assert.Contains($"'{name}' [7", refused.Detail, StringComparison.Ordinal);
        Assert.Contains($"{{ tensor: {name}, role: embedding }}", refused.Detail, StringComparison.Ordinal);

        string Stated(string role) => Average("./a", "./b") + key + "\narchitecture_overrides: { tensors: [{ tensor: " + name + ", role: " + role + " }] }";
        Merge(Stated("weight"));
        Assert.Equal([18, 15.5f, 16.5f, 17.5f, 18.5f, 19.5f, 20.5f], Numbers(name));
        if (key.Length == 0)
        {
            Merge(Stated("head"));
            Assert.Equal([15, 16, 17, 18, 19, 20, 21], Numbers(name));
        }
    }

    [Fact]
    public void A_small_model_may_have_as_many_columns_as_tokens()
    {
        Many("a", Words[..4], "model.extra.bias", [1, 2, 3, 4]);
        Many("b", [.. Words[..4].Reverse()], "model.extra.bias", [5, 6, 7, 8]);

        Merge(Average("./a", "./b"));

        Assert.Equal([3, 4, 5, 6], Numbers("model.extra.bias"));
    }

    // a model with two layers whose widths are no number of tokens, and one more tensor
    private void Many(string name, string[] words, string tensor, float[] numbers, int rows = 0)
    {
        long[] shape = tensor == "final_logits_bias" ? [1, numbers.Length]
            : tensor.EndsWith("bias", StringComparison.Ordinal) ? [numbers.Length]
            : [rows > 0 ? rows : words.Length, numbers.Length / (rows > 0 ? rows : words.Length)];
        Models.Mixed(
            name,
            $$"""{ "vocab_size": {{words.Length}}, "tie_word_embeddings": true, "num_hidden_layers": 2 }""",
            [
                ("model.embed_tokens.weight", DType.F32, [words.Length, TokenModels.Width]),
                .. Enumerable.Range(0, 2).Select(layer => ($"model.layers.{layer}.fc.weight", DType.F32, new long[] { TokenModels.Width, TokenModels.Width })),
                .. tensor.StartsWith("layers", StringComparison.Ordinal) ? [("layers.1.fc.weight", DType.F32, new long[] { TokenModels.Width })] : Array.Empty<(string, DType, long[])>(),
                (tensor, DType.F32, shape),
            ]).File(name, "tokenizer.json", TokenizerFixture.Json(words));
        Models.Poke(name, tensor, 0, MemoryMarshal.AsBytes<float>(numbers).ToArray());
    }

    private float[] Numbers(string tensor) => [.. TokenModels.RowsIn(Out, tensor).SelectMany(row => row)];

    private float[][] Embedding => TokenModels.RowsIn(Out, "model.embed_tokens.weight");

    private float[][] Head => TokenModels.RowsIn(Out, "lm_head.weight");

    private JsonNode Config => JsonNode.Parse(File.ReadAllText(Path.Combine(Out, "config.json")))!;

    private static float[] Mean(params float[][] rows) => [.. Enumerable.Range(0, TokenModels.Width).Select(column => rows.Sum(row => row[column]) / rows.Length)];

    private static float[] MeanOf(int model, string[] texts) => Mean([.. texts.Select(text => TokenModels.Row(model, text))]);

    private static MergeOps.Tensors.Checkpoint CheckpointOf(string folder) => MergeOps.Tensors.CheckpointReader.Open(folder, []);

    private static string Average(params string[] models) =>
        "merge_method: linear\nmodels:\n" + string.Concat(models.Select(model => $"  - {{ model: {model}, parameters: {{ weight: 1 }} }}\n"));

    private Vocabulary Reopened() => new KnownVocabularies().In(Out)!;

    private void Merge(string yaml)
    {
        if (Directory.Exists(Out))
        {
            Directory.Delete(Out, recursive: true);
        }

        MergeEngine.Run(Plan(yaml), new MergeOptions { Output = Out }, null, TestContext.Current.CancellationToken);
        var vocabulary = Reopened();
        Assert.True(vocabulary.Size <= Embedding.Length);
    }
}
