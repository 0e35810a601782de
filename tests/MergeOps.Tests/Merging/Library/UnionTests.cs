using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using MergeOps.Merging;
using MergeOps.Runtime;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using MergeOps.Tokenizers.Pipelines;
using Tokenizers.DotNet;
using Xunit;

namespace MergeOps.Tests.Merging.Library;

/// <summary>What is written of a tokenizer, opened by the tokenizers library itself, which its packages have for Linux.</summary>
public sealed class UnionTests : PlanningTests
{
    private static readonly string[] Added = ["<|turn|>", "<|over|>", "<call>"];

    public UnionTests() => TorchRuntime.EnsureLoaded();

    // the other one has a gap among its ids, which no token can be added behind
    public static TheoryData<string> Kinds => [.. EncodingTests.Kinds.Select(row => (string)row.Data).Where(kind => kind != "word-level")];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_union_encodes_and_decodes_as_the_library_does(string kind)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the package has the library for x64");
        var text = File.ReadAllText(Repository.Data("Tokenizers", "Encodings", $"{kind}.tokenizer.json"));
        var count = TokenizerFixture.Of(text).Size;
        Add("a", text, count);
        Add("b", Longer(text, count, Added[..2]), count + 2);
        Add("c", Longer(text, count, Added[2..]), count + 1);
        var output = Path.Combine(Models.Path, "out");

        MergeEngine.Run(
            Plan("merge_method: linear\nparameters: { weight: 1 }\nmodels: [{ model: ./a }, { model: ./b }, { model: ./c }]\ntokenizer_source: union"),
            new MergeOptions { Output = output },
            null,
            TestContext.Current.CancellationToken);

        var path = Path.Combine(output, "tokenizer.json");
        var own = TextTokenizerReader.Read(File.ReadAllBytes(path), kind);
        using var library = new Tokenizer(vocabPath: path);
        Assert.Equal([count, count + 1, count + 2], Added.Select(token => own.IdOf(token)!.Value));
        var normalized = JsonNode.Parse(File.ReadAllText(path))!["added_tokens"]!.AsArray().Where(token => (bool)token!["normalized"]!).Select(token => (uint)token!["id"]!).ToHashSet();
        Assert.All(Texts(), line =>
        {
            var ids = library.Encode(line);
            Assert.Equal(ids, own.Encode(line, addSpecialTokens: true).Select(id => (uint)id));
            // the package's version of the library writes such tokens as they stand; later ones, like transformers 5, what they are normalized to
            Assert.True(normalized.Overlaps(ids) || library.Decode(ids) == own.Decode(ids.Select(id => (int)id), skipSpecialTokens: true), line);
        });
    }

    // the package answers the empty text itself
    private static IEnumerable<string> Texts() => JsonSerializer.Deserialize<string[]>(File.ReadAllText(Repository.Data("Tokenizers", "Encodings", "strings.json")))!
        .Where(text => text.Length > 0)
        .SelectMany((text, number) => number % 4 == 0 ? new[] { text, $"{Added[number / 4 % 3]}{text}{Added[number / 12 % 3]} {text}" } : [text]);

    private void Add(string name, string tokenizer, int rows) => Models.Llama(name, layers: 1, vocabulary: rows, head: false, tied: true).File(name, "tokenizer.json", tokenizer);

    private static string Longer(string text, int count, string[] tokens)
    {
        var root = JsonNode.Parse(text)!;
        foreach (var (place, token) in tokens.Index())
        {
            root["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = count + place, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true });
        }

        return root.ToJsonString();
    }
}
