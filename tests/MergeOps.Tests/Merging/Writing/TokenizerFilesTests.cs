using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Sources.Headers;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Merging.Writing;

/// <summary>The tokenizer and the settings of merged models.</summary>
public sealed class TokenizerFilesTests : PlanningTests
{
    private static readonly string[] Words = ["the", "quick", "brown", "fox"];

    private readonly TokenModels tokens;

    public TokenizerFilesTests() => tokens = new(Models);

    private string Out => Path.Combine(Models.Path, "out");

    [Fact]
    public void Every_file_of_the_tokenizer_gets_the_added_tokens_and_keeps_the_rest()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>", "<|reserved_0|>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", "<|im_start|>", "<|im_end|>").Replace("\"special\":true", "\"rstrip\":true,\"special\":true", StringComparison.Ordinal));
        Models.File("a", "tokenizer_config.json", """{"eos_token": "<s>", "added_tokens_decoder": {"4": {"content": "<s>", "special": true}}, "additional_special_tokens": ["<|reserved_0|>", {"content": "<|reserved_0|>"}], "model_max_length": 1e30}""");
        Models.File("a", "added_tokens.json", """{"<s>": 4, "<|reserved_0|>": 5}""");
        Models.File("a", "special_tokens_map.json", """{"eos_token": "<s>", "additional_special_tokens": ["<|reserved_0|>"]}""");

        Merge(Average + "tokenizer_source: union");

        var tokenizer = Json("tokenizer.json");
        Assert.Equal(["<s> 4", "<|im_start|> 5", "<|im_end|> 6"], tokenizer["added_tokens"]!.AsArray().Select(token => $"{token!["content"]} {token["id"]}"));
        Assert.All(tokenizer["added_tokens"]!.AsArray().Skip(1), token => Assert.True((bool)token!["rstrip"]! && (bool)token["special"]!));
        Assert.Equal(Words, tokenizer["model"]!["vocab"]!.AsObject().Select(token => token.Key));
        var config = Json("tokenizer_config.json");
        Assert.Equal(["4 <s>", "5 <|im_start|>", "6 <|im_end|>"], config["added_tokens_decoder"]!.AsObject().Select(token => $"{token.Key} {token.Value!["content"]}"));
        Assert.Equal(["<|im_start|>", "<|im_start|>"], config["additional_special_tokens"]!.AsArray().Select(token => token is JsonObject named ? (string)named["content"]! : (string)token!));
        Assert.Equal("1e30", config["model_max_length"]!.ToJsonString());
        Assert.Equal("""{"<s>":4,"<|im_start|>":5,"<|im_end|>":6}""", Json("added_tokens.json").ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal("<|im_start|>", (string)Json("special_tokens_map.json")["additional_special_tokens"]![0]!);
        Assert.Equal(7, new KnownVocabularies().In(Out)!.Size);
    }

    [Theory]
    [InlineData("\"[\\\"quoted\\\"]\"", "[\"quoted\"]")]
    [InlineData("\"[\\u00e9\\ud83d\\ude00]\"", "[é😀]")]
    [InlineData("\"</s>\\n\"", "</s>\n")]
    public void Tokens_with_any_text_are_written_so_that_they_read_back(string json, string text)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>", text));
        Assert.Contains(text, TokenizerFixture.Of(TokenizerFixture.Json(Words, text)).Known.Select(token => token.Text));
        Assert.Equal(text, (string)JsonNode.Parse(json)!);

        Merge(Average + "tokenizer_source: union");

        Assert.Equal(5, new KnownVocabularies().In(Out)!.IdOf(text));
    }

    [Fact]
    public void A_tokenizer_without_added_tokens_and_one_with_a_list_as_vocabulary_take_tokens_too()
    {
        const string Unigram = """{"version":"1.0", "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5], ["<unused0>", -9]]}}""";
        tokens.Add(1, "a", Unigram);
        tokens.Add(2, "b", Unigram.Replace("<unused0>\", -9]]", "<|im_start|>\", -9], [\"<|im_end|>\", -9]]", StringComparison.Ordinal));

        Merge(Average + "tokenizer_source: union");

        Assert.Equal("""[["<unk>", 0.0], ["a", -1.5], ["<|im_start|>", -9]]""", File.ReadAllText(Path.Combine(Out, "tokenizer.json")).Split("\"vocab\": ")[1].TrimEnd('}').Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal));
        Assert.Equal(["<|im_start|> 2", "<|im_end|> 3"], Json("tokenizer.json")["added_tokens"]!.AsArray().Select(token => $"{token!["content"]} {token["id"]}"));
    }

    [Theory]
    [InlineData("\"added_tokens\": null, ")]
    [InlineData("\"added_tokens\": [], ")]
    [InlineData("")]
    public void A_tokenizer_takes_tokens_however_it_says_that_it_has_added_none(string none)
    {
        var json = "{" + none + "\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}}";
        tokens.Add(1, "a", json);
        tokens.Add(2, "b", TokenizerFixture.Json(["a", "b"], "<|end|>"));

        Merge(Average + "tokenizer_source: union");

        Assert.Equal(["a", "b", "<|end|>"], new KnownVocabularies().In(Out)!.Known.Select(token => token.Text));
    }

    [Fact]
    public void What_no_tokenizer_could_hold_exactly_is_refused_by_name_with_the_way_out()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words));
        tokens.Add(2, "b", TokenizerFixture.Json([.. Words, "ordinary"]).Replace("BPE", "WordPiece", StringComparison.Ordinal));
        tokens.Add(3, "gap", TokenizerFixture.JsonOf([("the", 0), ("quick", 1), ("fox", 3)]));
        tokens.Add(4, "c", TokenizerFixture.Json([.. Words, "ordinary"]));
        string Union(string first, string second) => Average.Replace("./a", first, StringComparison.Ordinal).Replace("./b", second, StringComparison.Ordinal) + "tokenizer_source: union";

        var kinds = Refused(Union("./a", "./b"));
        Assert.Equal(Codes.TokenizerNotMade, kinds.Code);
        Assert.Contains("1 ordinary token of ./b is not in the tokenizer of ./a (such as 'ordinary'), and the two split texts differently: model differs", kinds.Detail, StringComparison.Ordinal);
        Assert.Contains("ids without a token", Refused(Union("./gap", "./a")).Detail, StringComparison.Ordinal);
        Assert.Equal(Codes.OrdinaryTokensAdded, Assert.Single(TryPlan(Union("./a", "./c"), Models).Diagnostics, found => found.Severity is Severity.Warning).Code);
        Assert.NotNull(TryPlan(Union("./a", "./b").Replace("union", "base", StringComparison.Ordinal), Models).Plan);

        File.Delete(Path.Combine(Models.Path, "a", "tokenizer.json"));
        Models.File("a", "vocab.json", """{"the": 0, "quick": 1, "brown": 2, "fox": 3}""");
        Assert.Contains("has no tokenizer.json", Refused(Union("./a", "./c")).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_far_behind_all_rows_are_refused()
    {
        tokens.Add(1, "a", TokenizerFixture.JsonOf([("the", 0), ("quick", 1), ("<far>", 16_000_000)]), rows: 4);
        tokens.Add(2, "b", TokenizerFixture.JsonOf([("quick", 0), ("the", 1)]), rows: 4);

        Assert.Contains("has ids up to 16000000, its embedding has 4 rows", Refused(Average).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"chat_template": "old", "eos_token": "<s>"}""", null, "tokenizer_config.json", false)]
    [InlineData("""{"eos_token": "<s>"}""", "old", "chat_template.jinja", false)]
    [InlineData("""{"eos_token": "<s>"}""", null, "tokenizer_config.json", false)]
    [InlineData(null, null, "chat_template.jinja", true)]
    public void A_chat_template_is_written_where_the_tokenizer_keeps_its_own(string? config, string? file, string place, bool isNew)
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));
        if (config is not null)
        {
            Models.File("a", "tokenizer_config.json", config);
        }

        if (file is not null)
        {
            Models.File("a", "chat_template.jinja", file);
        }

        var plan = Merge(Average + "chat_template: chatml");

        var written = place == "chat_template.jinja" ? File.ReadAllText(Path.Combine(Out, place)) : (string)Json(place)["chat_template"]!;
        Assert.StartsWith("{% for message in messages %}{{ '<|im_start|>' + message['role']", written.Replace("{{'", "{{ '", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(isNew, plan.NewFiles.ContainsKey(place));
        Assert.Equal(place == "chat_template.jinja" && config is not null, !Json("tokenizer_config.json", optional: true).AsObject().ContainsKey("chat_template") && config is not null);
    }

    [Fact]
    public void A_template_whose_marks_are_no_tokens_is_a_warning_that_names_them()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<|im_start|>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<|im_start|>", "<|im_end|>"));

        var warning = Assert.Single(TryPlan(Average + "chat_template: chatml\ntokenizer_source: base", Models).Diagnostics, found => found.Code == Codes.TemplateMarkersMissing);

        Assert.StartsWith("The template writes '<|im_end|>', and the output's tokenizer has no such token:", warning.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(TryPlan(Average + "chat_template: chatml\ntokenizer_source: union", Models).Diagnostics, found => found.Code == Codes.TemplateMarkersMissing);
    }

    [Fact]
    public void A_broken_template_is_a_warning_at_its_place()
    {
        tokens.Add(1, "a", TokenizerFixture.Json(Words, "<s>"));
        tokens.Add(2, "b", TokenizerFixture.Json(Words, "<s>"));

        var warning = Assert.Single(TryPlan(Average + "chat_template: '{% for message in messages %}{{ message.content }}'", Models).Diagnostics);

        Assert.Equal((Codes.TemplateNotRendered, Severity.Warning, 5), (warning.Code, warning.Severity, warning.Span?.Line));
    }

    [Fact]
    public void Auto_takes_the_template_that_most_models_have()
    {
        foreach (var (name, template) in new[] { ("a", "one"), ("b", "two"), ("c", "two") })
        {
            tokens.Add(1, name, TokenizerFixture.Json(Words, "<s>"));
            Models.File(name, "tokenizer_config.json", $$"""{"chat_template": "{{template}}"}""");
        }

        Merge(Average + "  - { model: ./c, parameters: { weight: 1 } }\nchat_template: auto");
        Assert.Equal("two", (string)Json("tokenizer_config.json")["chat_template"]!);

        var (with, without) = (Plan(Average + "chat_template: auto"), Plan(Average));
        Assert.Equal(without.Digest, with.Digest);
    }

    [Fact]
    public void Special_ids_are_those_of_the_model_that_gives_the_tokenizer()
    {
        tokens.Add(1, "a", TokenizerFixture.Json([.. Words, "<s>", "</s>", "<image>"]));
        tokens.Add(2, "b", TokenizerFixture.Json(["<image>", "</s>", "<s>", "<|end|>", .. Words]), rows: 8);
        Models.File("a", "config.json", """{"architectures": ["LlavaForConditionalGeneration"], "vocab_size": 7, "image_token_index": 6, "text_config": {"num_hidden_layers": 1, "bos_token_id": 4, "eos_token_id": 5}, "tie_word_embeddings": false}""");
        Models.File("a", "generation_config.json", """{"bos_token_id": 4, "eos_token_id": [5], "pad_token_id": 5, "temperature": 0.6}""");
        Models.File("b", "config.json", """{"architectures": ["LlavaForConditionalGeneration"], "vocab_size": 8, "text_config": {"num_hidden_layers": 1, "bos_token_id": 2, "eos_token_id": 3}, "tie_word_embeddings": false}""");

        Merge(Average + "tokenizer: { source: ./b }");

        var config = Json("config.json");
        Assert.Equal((0, 2, 3), ((int)config["image_token_index"]!, (int)config["text_config"]!["bos_token_id"]!, (int)config["text_config"]!["eos_token_id"]!));
        Assert.Equal("""{"bos_token_id":2,"eos_token_id":3,"pad_token_id":1,"temperature":0.6}""", Json("generation_config.json").ToJsonString());
    }

    private const string Average = """
        merge_method: linear
        models:
          - { model: ./a, parameters: { weight: 1 } }
          - { model: ./b, parameters: { weight: 1 } }

        """;

    private JsonNode Json(string file, bool optional = false) =>
        optional && !File.Exists(Path.Combine(Out, file)) ? new JsonObject() : JsonNode.Parse(File.ReadAllText(Path.Combine(Out, file)))!;

    private MergeOps.Planning.MergePlan Merge(string yaml)
    {
        var plan = Plan(yaml);
        MergeEngine.Run(plan, new MergeOptions { Output = Out }, null, TestContext.Current.CancellationToken);
        return plan;
    }
}
