using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tests.Tokenizers;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>What plans say of models whose tokenizers are not the same.</summary>
public sealed class VocabularyCheckTests : PlanningTests
{
    private const string Average = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 0.5 }
          - model: ./b
            parameters: { weight: 0.5 }
        """;

    private static readonly string[] Words = ["the", "quick", "brown", "fox", "jumps", "over"];

    [Fact]
    public void Models_with_one_vocabulary_are_merged_without_a_word()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>", "</s>"));
        Model("b", TokenizerFixture.JsonOf([.. Words.Select((text, id) => (text, id)).Reverse()], "<s>", "</s>").Replace("\"version\"", "\"padding\":{\"pad_id\":0},\"version\"", StringComparison.Ordinal));

        Assert.Empty(Findings(Average));
    }

    [Fact]
    public void A_renamed_slot_is_merged_by_number_with_one_warning_that_shows_the_pair()
    {
        Model("a", TokenizerFixture.Json(Words, "<|reserved_special_token_0|>", "<s>"));
        Model("b", TokenizerFixture.Json(Words, "<|im_start|>", "<s>"));

        var warning = Assert.Single(Findings(Average));

        Assert.Equal((Codes.TokensRenamed, Severity.Warning, 5), (warning.Code, warning.Severity, warning.Span?.Line));
        Assert.Equal(
            "In ./b, 1 token id has another name than in ./a (6 is '<|im_start|>', in ./a '<|reserved_special_token_0|>'). Rows whose tokens have two names are merged by number: check that both mean the same. Where they do not, `tokens: { '<|im_start|>': {} }` under 'tokenizer' gives the token a row of its own. The output gets the tokenizer of ./a.",
            warning.Detail);
    }

    [Fact]
    public void Reserved_places_with_other_numbers_are_not_worth_a_word()
    {
        Model("a", TokenizerFixture.Json(Words, "<unused0>", "<unused1>"));
        Model("b", TokenizerFixture.Json(Words, "<unused1>", "<unused2>"));

        Assert.Empty(Findings(Average));
    }

    [Fact]
    public void Appended_tokens_that_the_output_does_not_get_are_named_in_one_warning()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>"), rows: 8);
        Model("b", TokenizerFixture.Json(Words, "<s>", "<|im_start|>", "<|im_end|>", "<x>", "<y>"), rows: 8);

        var warning = Assert.Single(Findings(Average));

        Assert.Equal((Codes.VocabularyExtended, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Equal(
            "In ./b, there are 4 tokens that ./a lacks ('<|im_start|>' 7; '<|im_end|>' 8; '<x>' 9; and 1 more). The rows that both have are merged. The output gets the tokenizer of ./a.",
            warning.Detail);
    }

    [Fact]
    public void Tokens_that_a_model_lacks_are_named_and_the_tokenizer_rule_decides_whose_is_written()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>"), rows: 8);
        Model("b", TokenizerFixture.Json(Words, "<s>", "<|im_end|>"), rows: 8);

        var warning = Assert.Single(Findings(Average + "\ntokenizer_source: ./b\n"));

        Assert.Equal(
            "In ./a, 1 token of ./b is missing ('<|im_end|>' 7). The rows that both have are merged. The output gets the tokenizer of ./b.", warning.Detail);
    }

    [Fact]
    public void Models_that_are_alike_are_told_once()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>"));
        foreach (var name in new[] { "b", "c", "d" })
        {
            Model(name, TokenizerFixture.Json(Words, "</s>"));
        }

        var warning = Assert.Single(Findings("""
            merge_method: task_arithmetic
            base_model: ./a
            models:
              - { model: ./b, parameters: { weight: 0.5 } }
              - { model: ./c, parameters: { weight: 0.5 } }
              - { model: ./d, parameters: { weight: 0.5 } }
            """));

        Assert.StartsWith("In ./b, ./c and ./d, 1 token id has another name than in ./a", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_order_of_tokens_is_matched_by_token_with_a_warning_that_shows_tokens_with_both_ids()
    {
        Model("a", TokenizerFixture.Json([.. Words, "<s>"]));
        Model("b", TokenizerFixture.Json(["<s>", .. Words]));

        var warning = Assert.Single(Findings(Average));

        Assert.Equal((Codes.VocabulariesMismatch, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Equal(
            "In ./b, 7 tokens have different ids than in ./a ('<s>' is 0, in ./a 6; 'the' is 1, in ./a 0; 'quick' is 2, in ./a 1; and 4 more). Rows are matched by token, and a token that a model lacks has the row of the model that has it. The output gets the tokenizer of ./a. `tokenizer_source` says which one is wanted.",
            warning.Detail);
    }

    [Theory]
    [InlineData("tokenizer_source: base")]
    [InlineData("tokenizer: { source: ./b }")]
    [InlineData("tokenizer_source: union")]
    public void A_recipe_that_names_its_tokenizer_is_not_warned(string key)
    {
        Model("a", TokenizerFixture.Json([.. Words, "<s>"]));
        Model("b", TokenizerFixture.Json(["<s>", .. Words]));

        Assert.Equal((Codes.VocabulariesMismatch, Severity.Note), Assert.Single(Findings(Average + "\n" + key)) is var reported ? (reported.Code, reported.Severity) : default);
    }

    [Fact]
    public void Another_word_under_an_id_is_shown_with_both_words()
    {
        Model("a", TokenizerFixture.Json(Words));
        Model("b", TokenizerFixture.Json(["the", "quick", "green", "fox", "jumps", "over"]));

        Assert.Contains("1 id belongs to another token than in ./a (2 is 'green', in ./a 'brown')", Assert.Single(Findings(Average)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_shows_how_each_vocabulary_differs()
    {
        Model("a", TokenizerFixture.Json([.. Words, "<s>"]));
        Model("b", TokenizerFixture.Json(["<s>", .. Words], "<|end|>").Replace("\"version\"", "\"normalizer\":{\"type\":\"NFC\"},\"version\"", StringComparison.Ordinal));
        Model("c", TokenizerFixture.Json([.. Words, "<s>"]));

        Assert.Equal(
            [
                "output: tokenizer of ./a, 8 tokens in 8 rows; 1 token added ('<|end|>' 7)",
                "./b: 7 tokens have different ids than in ./a ('<s>' is 0, in ./a 6; 'the' is 1, in ./a 0; 'quick' is 2, in ./a 1; and 4 more); there is 1 token that ./a lacks ('<|end|>' 7); another normalizer",
                "rows of ./a: 7 where they are, 0 moved, 1 filled",
                "rows of ./b: 1 where they are, 7 moved, 0 filled",
            ],
            Plan(Average + "\ntokenizer_source: union").Vocabulary);
        Assert.Empty(Plan(Average.Replace("./b", "./c", StringComparison.Ordinal)).Vocabulary);
    }

    [Fact]
    public void The_tokens_of_strangers_cannot_write_to_the_terminal()
    {
        Model("a", TokenizerFixture.Json(Words));
        Model("b", TokenizerFixture.Json(["the", "quick", "\u001b[31m", "fox", "jumps", "over"]));

        Assert.Contains("2 is '\\u001b[31m'", Assert.Single(Findings(Average)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_whose_embedding_and_head_are_not_in_the_merge_is_not_compared()
    {
        Model("a", TokenizerFixture.Json([.. Words, "<s>"]));
        Model("b", TokenizerFixture.Json(["<s>", .. Words]));

        Assert.Empty(Findings("""
            merge_method: linear
            models:
              - model: ./a
                parameters: { weight: 0.5 }
              - model: ./b
                parameters: { weight: [{ filter: embed_tokens, value: 0 }, { filter: lm_head, value: 0 }, { value: 0.5 }] }
            """));
        Assert.Empty(Findings("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./b, layer_range: [0, 1] }]
              - sources: [{ model: ./a, layer_range: [0, 1] }]
            """));
    }

    [Fact]
    public void A_stack_whose_head_is_another_models_is_compared()
    {
        Model("a", TokenizerFixture.Json([.. Words, "<s>"]));
        Model("b", TokenizerFixture.Json(["<s>", .. Words]));

        Assert.Equal(Codes.VocabulariesMismatch, Assert.Single(Findings("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./b, layer_range: [0, 1] }]
            """)).Code);
    }

    [Fact]
    public void Tokenizers_that_differ_without_any_table_of_tokens_are_told()
    {
        var tensors = new Dictionary<string, long[]> { ["vision_tower.patch_embed.weight"] = [8, 4], ["classifier.weight"] = [3, 4] };
        Models.Model("a", tensors).Model("b", tensors).Model("c", tensors);
        Models.Recipe(TokenizerFixture.Json(Words), "a/tokenizer.json");
        Models.Recipe(TokenizerFixture.Json([.. Words.Reverse()]), "b/tokenizer.json");
        Models.Recipe(TokenizerFixture.Json(Words), "c/tokenizer.json");

        var warning = Assert.Single(Findings(Average));
        Assert.Equal((Codes.VocabulariesNotCompared, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("no tensor is known as an embedding or a head", warning.Detail, StringComparison.Ordinal);
        Assert.Empty(Findings(Average.Replace("./b", "./c", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_head_without_axes_is_no_reason_to_fall_over()
    {
        var tensors = new Dictionary<string, long[]> { ["model.embed_tokens.weight"] = [8, 4], ["lm_head.weight"] = [], ["lm_head.bias"] = [] };
        Models.Model("a", tensors).Model("b", tensors);
        Models.Recipe(TokenizerFixture.Json(Words), "a/tokenizer.json");
        Models.Recipe(TokenizerFixture.Json(Words), "b/tokenizer.json");

        Assert.Empty(Findings(Average));
    }

    [Fact]
    public void One_vocabulary_that_splits_texts_in_two_ways_is_a_warning_that_names_the_parts()
    {
        Model("a", TokenizerFixture.Json(Words));
        Model("b", TokenizerFixture.Json(Words).Replace("\"merges\":[]", "\"merges\":[\"th e\"]", StringComparison.Ordinal).Replace("\"version\"", "\"normalizer\":{\"type\":\"NFC\"},\"version\"", StringComparison.Ordinal));

        var warning = Assert.Single(Findings(Average));

        Assert.Equal((Codes.TextsSplitDifferently, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("merges, normalizer differ", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_tokenizer_nothing_is_claimed_unless_the_rows_differ()
    {
        Models.Llama("a", layers: 1).Llama("b", layers: 1).Llama("c", layers: 1, vocabulary: 9);
        Models.Recipe(TokenizerFixture.Json(Words), "a/tokenizer.json");

        Assert.Empty(Findings(Average));
        var warning = Assert.Single(Findings(Average.Replace("./b", "./c", StringComparison.Ordinal)));

        Assert.Equal((Codes.VocabulariesNotCompared, Severity.Warning), (warning.Code, warning.Severity));
        Assert.StartsWith("In ./c, the embedding has 9 rows, in ./a 8, and ./c has no tokenizer that is understood.", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_union_says_that_it_has_none_of_the_tokens_of_a_model_without_a_tokenizer()
    {
        Model("a", TokenizerFixture.Json(Words));
        Models.Llama("b", layers: 1);

        Assert.Empty(Findings(Average + "\ntokenizer_source: base\n"));
        var warning = Assert.Single(Findings(Average + "\ntokenizer_source: union\n"));

        Assert.Equal((Codes.VocabulariesNotCompared, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("./b has no tokenizer that is understood", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_tokenizer_cannot_give_the_outputs()
    {
        Model("a", TokenizerFixture.Json(Words));
        Models.Llama("b", layers: 1);

        var refused = Refused(Average + "\ntokenizer_source: ./b\n");

        Assert.Equal((Codes.TokenizerNotMade, "./b has no tokenizer, so the output would have none. Name a model that has one, such as ./a."), (refused.Code, refused.Detail));
    }

    [Fact]
    public void Tokens_that_are_lost_are_named_where_ids_differ_too()
    {
        Model("a", TokenizerFixture.Json(Words));
        Model("b", TokenizerFixture.Json([.. Words.Reverse()], "<|eot|>"));

        var warning = Assert.Single(Findings(Average));

        Assert.Equal(Codes.VocabulariesMismatch, warning.Code);
        Assert.Contains(", and there is 1 token that ./a lacks ('<|eot|>' 6), which the output does not get. Rows are matched by token", warning.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("lacks (", Assert.Single(Findings(Average + "\ntokenizer_source: union\n")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_whose_place_another_one_keeps_for_itself_is_named_as_lost()
    {
        Model("a", TokenizerFixture.Json(Words, "<|im_start|>"));
        Model("b", TokenizerFixture.Json(Words, "<tool>"));

        var note = Assert.Single(Findings(Average + "\ntokenizer: { source: base, tokens: { '<|im_start|>': {} } }\n"));

        Assert.Equal((Codes.VocabularyExtended, "In ./b, there is 1 token that ./a lacks ('<tool>' 6), which the output does not get. The output gets the tokenizer of ./a."), (note.Code, note.Detail));
    }

    [Fact]
    public void Two_names_in_one_place_are_told_beside_a_mismatch()
    {
        Model("a", TokenizerFixture.Json(Words, "<|im_start|>"));
        Model("b", TokenizerFixture.Json([.. Words.Reverse()], "<tool>"));

        Assert.Equal(
            [(Codes.VocabulariesMismatch, Severity.Warning), (Codes.TokensRenamed, Severity.Warning)], Findings(Average).Select(found => (found.Code, found.Severity)));
        Assert.Equal(
            [(Codes.VocabulariesMismatch, Severity.Note)], Findings(Average + "\ntokenizer_source: union\n").Select(found => (found.Code, found.Severity)));
    }

    [Fact]
    public void Where_the_tokenizers_model_has_none_the_others_are_still_held_against_each_other()
    {
        Models.Llama("base", layers: 1);
        Model("a", TokenizerFixture.Json(Words));
        Model("b", TokenizerFixture.Json([.. Words.Reverse()]));

        var refused = Refused("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - { model: ./a, parameters: { weight: 0.5 } }
              - { model: ./b, parameters: { weight: 0.5 } }
            """);

        Assert.Equal(Codes.VocabulariesMismatch, refused.Code);
        Assert.Contains("In ./b,", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_has_the_rows_of_the_model_that_gives_the_tokenizer()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>", "<|im_end|>", "<more>"), rows: 9);
        Model("b", TokenizerFixture.Json(Words, "<s>"), rows: 8);

        Assert.Equal(9, Job(Plan(Average), "model.embed_tokens.weight").Shape[0]);
        Assert.Equal(8, Job(Plan(Average + "\ntokenizer_source: ./b\n"), "lm_head.weight").Shape[0]);
    }

    [Fact]
    public void A_base_with_fewer_tokens_gets_the_rows_of_the_model_whose_tokenizer_is_written()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>", "<|im_end|>", "<more>"), rows: 9);
        Model("b", TokenizerFixture.Json(Words, "<s>"), rows: 7);

        var embedding = Job(
            Plan("""
                merge_method: task_arithmetic
                base_model: ./b
                models:
                  - { model: ./a, parameters: { weight: 0.5 } }
                tokenizer_source: ./a
                """),
            "model.embed_tokens.weight");

        Assert.Equal(9, embedding.Shape[0]);
        Assert.Equal((embedding.Inputs[0].Source.Reads.Single(), 2), (embedding.Tail!.Source.Reads.Single(), embedding.Tail.Source.Shape[0]));
    }

    [Fact]
    public void A_longer_vocabulary_that_is_copied_whole_is_in_the_config_too()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>"), rows: 7);
        Model("b", TokenizerFixture.Json(Words, "<s>", "<|im_end|>", "<more>"), rows: 9);

        var plan = Plan("""
            merge_method: slerp
            base_model: ./a
            models: [{ model: ./b }]
            parameters: { t: 1 }
            tokenizer_source: ./b
            """);

        Assert.Equal((9, JobKind.Copy), (Job(plan, "lm_head.weight").Shape[0], Job(plan, "lm_head.weight").Kind));
        Assert.Equal(9, (int)System.Text.Json.Nodes.JsonNode.Parse(plan.Config!)!["vocab_size"]!);
    }

    [Fact]
    public void An_output_that_lost_rows_of_its_tokenizers_tokens_is_refused()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>", "<|im_end|>", "<more>"), rows: 9);
        Model("b", TokenizerFixture.Json(Words, "<s>"), rows: 7);
        var cut = """
            merge_method: passthrough
            slices:
              - sources: [{ model: ./b, layer_range: [0, 1] }]
              - sources: [{ model: ./a, layer_range: [0, 1] }]
              - sources: [{ model: ./b, layer_range: [0, 1] }]
            tokenizer_source: ./a
            """;

        var refused = Refused(cut);

        Assert.Equal((Codes.RowsMissing, 6), (refused.Code, refused.Span?.Line));
        Assert.Contains("would have 7 rows, and the tokenizer of ./a has ids up to 8 ('<|im_end|>' 7; '<more>' 8)", refused.Detail, StringComparison.Ordinal);

        // what the refusal advises
        Assert.NotNull(TryPlan(cut.Replace("source: ./a", "source: ./b", StringComparison.Ordinal), Models).Plan);
    }

    [Fact]
    public void An_embedding_and_a_head_of_different_models_must_have_equally_many_rows()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>", "<|im_end|>"), rows: 8);
        Model("b", TokenizerFixture.Json(Words, "<s>"), rows: 7);

        var refused = Refused("""
            merge_method: passthrough
            slices:
              - sources: [{ model: ./b, layer_range: [0, 1] }]
              - sources: [{ model: ./a, layer_range: [0, 1] }]
            """);

        Assert.Equal(Codes.EmbeddingAndHeadDiffer, refused.Code);
        Assert.Contains("embedding would have 7 rows and its head 8", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_never_had_rows_for_all_its_tokens_is_only_warned_of()
    {
        Model("a", TokenizerFixture.Json(Words, "[PAD]"), rows: 6);
        Model("b", TokenizerFixture.Json(Words, "[PAD]"), rows: 6);

        var warning = Assert.Single(Findings(Average));

        Assert.Equal((Codes.RowsMissing, Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains("has 6 rows, and the tokenizer of ./a has ids up to 6 ('[PAD]' 6)", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Padded_rows_are_not_worth_a_word()
    {
        Model("a", TokenizerFixture.Json(Words), rows: 8);
        Model("b", TokenizerFixture.Json(Words), rows: 8);

        Assert.Empty(Findings(Average));
    }

    [Fact]
    public void A_tokenizer_that_cannot_be_read_is_named_with_its_file()
    {
        Model("a", TokenizerFixture.Json(Words));
        Model("b", "{");

        var (recipe, _) = RecipeReader.Read(Models.Recipe(Average), RecipeText.Catalogue);
        var found = new DiagnosticBag();
        ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe!, null, found);

        var problem = Assert.Single(found);
        Assert.Equal((Codes.TokenizerUnreadable, Path.Combine(Models.Path, "b", "tokenizer.json")), (problem.Code, problem.Span?.Path));
    }

    [Fact]
    public void The_rows_that_an_output_needs_are_those_of_the_tokenizer_that_is_written()
    {
        Model("a", TokenizerFixture.Json(Words, "<s>"));
        Model("b", TokenizerFixture.Json(Words, "<s>", "<|im_end|>"));
        Model("pad", TokenizerFixture.Json(Words, "<s>"), rows: 6);

        Assert.Equal(new(0, 7, KeepsDonorsRows: true), Decision(Average));
        Assert.Equal(new(1, 8, KeepsDonorsRows: true), Decision(Average + "\ntokenizer_source: ./b\n"));
        Assert.Equal(new(0, 7, KeepsDonorsRows: false), Decision(Average.Replace("./b", "./pad", StringComparison.Ordinal)));
        Assert.Equal(new(0, 6, KeepsDonorsRows: false), Decision(Average.Replace("./b", "./a", StringComparison.Ordinal).Replace("model: ./a", "model: ./pad", StringComparison.Ordinal)));
        Assert.Equal(new(0, null, KeepsDonorsRows: true), Decision(Average.Replace("./a", "./a/model.safetensors", StringComparison.Ordinal)));
    }

    private VocabularyDecision Decision(string yaml)
    {
        var (recipe, found) = RecipeReader.Read(Models.Recipe(yaml), RecipeText.Catalogue);
        var metadata = ModelMetadataReader.Read(TestEnvironment.OfThisProcess, recipe!, null, found);
        var (slots, _, _) = Planner.LayOut(recipe!, metadata, found);
        return new VocabularyCheck(recipe!, metadata, OutputTokenizer.Decide(recipe!, metadata, found), null).Decide(slots);
    }

    private DiagnosticBag Findings(string yaml)
    {
        var (plan, diagnostics) = TryPlan(yaml, Models);
        Assert.True(plan is not null, string.Join("\n", diagnostics));
        return diagnostics;
    }

    private void Model(string name, string tokenizer, int rows = 8)
    {
        Models.Llama(name, layers: 1, vocabulary: rows);
        Models.Recipe(tokenizer, $"{name}/tokenizer.json");
    }
}
