using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Sources.Headers;
using MergeOps.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>The tokenizers of real models, which come as packages of npm.</summary>
public sealed class RealVocabulariesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("qwen3", 151669, "eos_token <|im_end|>")]
    [InlineData("llama3", 128256, "bos_token <|begin_of_text|>")]
    [InlineData("gemma3", 262145, "pad_token <pad>")]
    [InlineData("gemini", 256000, "unk_token <unk>")]
    [InlineData("llama2", 32000, "bos_token <s>")]
    public void Every_token_has_the_id_that_the_file_gives_it(string model, int size, string special)
    {
        var vocabulary = Read(model);

        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(FolderOf(model), "tokenizer.json")));
        var expected = file.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject().Select(token => (token.Name, token.Value.GetInt32()))
            .Concat(file.RootElement.GetProperty("added_tokens").EnumerateArray().Select(token => (token.GetProperty("content").GetString()!, token.GetProperty("id").GetInt32())))
            .ToHashSet();
        Assert.Equal(size, vocabulary.Size);
        Assert.True(expected.SetEquals(vocabulary.Tokens()));
        Assert.Contains(special, vocabulary.Parts.SpecialTokens.Select(token => $"{token.Key} {token.Value}"));
    }

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("gemma3")]
    [InlineData("llama2")]
    public void An_outline_is_small_enough_to_be_committed_and_is_the_same_vocabulary(string model)
    {
        var vocabulary = Read(model);

        Assert.InRange(Encoding.UTF8.GetByteCount(CanonicalJson.Write(VocabularyText.Write(vocabulary))), 1, 48 * 1024);
        Assert.True(VocabularyComparison.Of(vocabulary, vocabulary.Outline()).IsSame);
        Assert.True(VocabularyComparison.Of(vocabulary.Outline(), vocabulary).IsSame);
    }

    [Fact]
    public void A_tokenizer_that_another_library_wrote_anew_is_the_same()
    {
        var original = Read("llama3");
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(FolderOf("llama3"), "tokenizer.json")))!;
        root["padding"] = new JsonObject { ["strategy"] = "BatchLongest" };
        var model = root["model"]!;
        model["continuing_subword_prefix"] = "";
        model["merges"] = new JsonArray([.. model["merges"]!.AsArray().Select(merge => (JsonNode)new JsonArray([.. ((string)merge!).Split(' ').Select(half => JsonValue.Create(half))]))]);
        model["vocab"] = new JsonObject(model["vocab"]!.AsObject().Reverse().Select(token => KeyValuePair.Create(token.Key, token.Value?.DeepClone())));

        var difference = VocabularyComparison.Of(TokenizerFixture.Of(root.ToJsonString(new() { WriteIndented = true })), original);

        Assert.True(difference.IsSame);
        Assert.DoesNotContain(difference.Parts, part => part != TokenizerParts.ChatTemplate);
    }

    [Fact]
    public void Fine_tunes_with_more_or_renamed_tokens_are_told_from_strangers()
    {
        var (llama3, llama31, qwen, gemma, gemini) = (Read("llama3"), Read("llama3_1"), Read("qwen3"), Read("gemma3"), Read("gemini"));

        Assert.True(VocabularyComparison.Of(llama3, llama31).IsSame);
        Assert.True(VocabularyComparison.Of(llama3.Outline(), llama31.Outline()).IsSame);
        Assert.True(VocabularyComparison.Of(qwen, llama3).IsDifferent);
        Assert.True(VocabularyComparison.Of(qwen.Outline(), llama3.Outline()).IsDifferent);

        // one slot before <start_of_turn> makes all others of Gemma 2 and 3 move
        Assert.Contains(new MovedToken("<start_of_turn>", 105, 106), VocabularyComparison.Of(gemma, gemini).Moved);
        Assert.Contains(new MovedToken("<start_of_turn>", 105, 106), VocabularyComparison.Of(gemma.Outline(), gemini.Outline()).Moved);

        // Qwen2 ends after <|im_end|>; a fine-tune of Llama 3 for ChatML takes two reserved places
        var qwen2 = Changed("qwen3", root => root["added_tokens"]!.AsArray().RemoveAll(token => (int)token!["id"]! > 151645));
        var chatMl = Changed("llama3", root =>
        {
            foreach (var token in root["added_tokens"]!.AsArray().Where(token => (int)token!["id"]! is 128250 or 128251))
            {
                token!["content"] = (int)token["id"]! == 128250 ? "<|im_start|>" : "<|im_end|>";
            }
        });
        var (longer, renamed) = (VocabularyComparison.Of(qwen, qwen2.Outline()), VocabularyComparison.Of(chatMl.Outline(), llama3.Outline()));
        Assert.Equal((23, 0, false), (longer.OnlyMine.Count, longer.OnlyOther.Count, longer.IsDifferent));
        Assert.Equal(["<|im_start|>", "<|im_end|>"], renamed.Renamed.Select(pair => pair.Mine));
        Assert.False(renamed.IsDifferent || renamed.IsExtended);
    }

    private Vocabulary Changed(string model, Action<JsonNode> change)
    {
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(FolderOf(model), "tokenizer.json")))!;
        change(root);
        folder.Write($"{model}/tokenizer.json", Encoding.UTF8.GetBytes(root.ToJsonString()));
        return new KnownVocabularies().In(folder[model])!;
    }

    private static Vocabulary Read(string model) => new KnownVocabularies().In(FolderOf(model))!;

    private static string FolderOf(string model) => RealTokenizer.FolderOf(model);
}
