using System.Text.Json;
using MergeOps.Diagnostics;
using MergeOps.Tokenizers.SentencePieces;
using Xunit;

namespace MergeOps.Tests.Tokenizers;

/// <summary>Small models that the real SentencePiece library trained, with its ids and texts: <c>make_pieces.py</c>.</summary>
public sealed class PieceTests
{
    private const int LongRun = 100_000;

    public static TheoryData<string> Kinds => [.. Directory.EnumerateFiles(Repository.Data("Tokenizers", "Encodings"), "pieces-*.model")
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_encodes_and_decodes_as_the_library_does(string kind)
    {
        var tokenizer = Read(kind);
        var lines = File.ReadAllLines(Repository.Data("Tokenizers", "Encodings", $"{kind}.expected.txt"))[1..];

        Assert.True(lines.Length >= 500);
        foreach (var line in lines.Select(line => line.Split('\t')))
        {
            int[] ids = [.. line[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, null))];
            Assert.Equal((line[1], line[0]), (line[1], string.Join(' ', tokenizer.Encode(JsonSerializer.Deserialize<string>(line[1])!))));
            Assert.Equal(JsonSerializer.Deserialize<string>(line[2]), tokenizer.Decode(ids));
        }
    }

    /// <summary>Quadratic work on runs this long would take minutes.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_long_run_is_encoded_whole(string kind)
    {
        var tokenizer = Read(kind);

        Assert.Equal(new string('a', LongRun), tokenizer.Decode(tokenizer.Encode(new string('a', LongRun))).Trim());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\u0005\n\u0001a\u0018\u0001")]
    [InlineData("\n\u0006\n\u0001a\u0018\u0002\n\u0006\n\u0001a\u0018\u0001")]
    [InlineData("\n\u0005\n\u0001a\u0018\u0002\u0012\u0002\u0018\u0003")]
    [InlineData("nonsense")]
    public void What_is_no_such_model_is_refused(string file) =>
        Assert.Equal("MOPS207", Assert.Throws<MergeOpsException>(() => SentencePieceTokenizer.Read(System.Text.Encoding.Latin1.GetBytes(file), "tokenizer.model")).Diagnostic.Code.Id);

    private static SentencePieceTokenizer Read(string kind) => SentencePieceTokenizer.Read(File.ReadAllBytes(Repository.Data("Tokenizers", "Encodings", $"{kind}.model")), kind);
}
