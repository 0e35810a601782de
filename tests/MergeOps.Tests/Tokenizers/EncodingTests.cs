using MergeOps.Tokenizers.Pipelines;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Small tokenizers of every kind that the real library trained, and the tokenizers of real models, which come as packages of npm.</summary>
public sealed class EncodingTests
{
    public static TheoryData<string> Kinds => [.. Directory.EnumerateFiles(Repository.Data("Tokenizers", "Encodings"), "*.tokenizer.json")
        .Select(file => Path.GetFileName(file).Split('.')[0]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_encodes_and_decodes_as_the_library_does(string kind) =>
        EncodingFixture.Matches(kind, TextTokenizerReader.Read(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", $"{kind}.tokenizer.json")), kind));

    [Theory]
    [InlineData("qwen3")]
    [InlineData("llama3")]
    [InlineData("llama3_1")]
    [InlineData("gemma3")]
    [InlineData("gemini")]
    [InlineData("gptoss")]
    [InlineData("deepseek_v3")]
    [InlineData("llama2")]
    public void Real_models_encode_and_decode_as_the_library_does(string model) =>
        EncodingFixture.Matches($"real-{model}", TextTokenizerReader.Read(File.ReadAllBytes(RealTokenizer.Of(model)), model));
}
