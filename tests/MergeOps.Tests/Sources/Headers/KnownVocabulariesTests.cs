using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Sources.Headers;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Sources.Headers;

/// <summary>Vocabularies of folders.</summary>
public sealed class KnownVocabulariesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly KnownVocabularies known = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Equal_files_are_one_vocabulary_and_others_are_not()
    {
        Write("a/tokenizer.json", TokenizerFixture.Json(["x", "y"]));
        Write("b/tokenizer.json", TokenizerFixture.Json(["x", "y"]));
        Write("c/tokenizer.json", TokenizerFixture.Json(["x", "y"]));
        Write("c/added_tokens.json", """{"<z>": 2}""");

        Assert.Same(known.In(folder["a"]), known.In(folder["b"]));
        Assert.Equal((2, 3), (known.In(folder["a"])!.Size, known.In(folder["c"])!.Size));
    }

    [Fact]
    public void A_folder_without_a_tokenizer_has_none()
    {
        Write("a/model.safetensors", "");

        Assert.Null(known.In(folder["a"]));
    }

    [Fact]
    public void A_file_that_is_larger_than_any_real_one_is_not_read()
    {
        Write("a/tokenizer.json", TokenizerFixture.Json(["x"]));
        using (var file = File.Create(folder["a/added_tokens.json"]))
        {
            file.SetLength((32 << 20) + 1);
        }

        var refused = Assert.Throws<MergeOpsException>(() => known.In(folder["a"])).Diagnostic;

        Assert.Equal((Codes.TokenizerUnreadable, folder["a/added_tokens.json"]), (refused.Code, refused.Span?.Path));
        Assert.Contains("at most", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leaves_the_folder_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making a link needs a privilege there");
        Write("outside.json", TokenizerFixture.Json(["x"]));
        Directory.CreateDirectory(folder["a"]);
        File.CreateSymbolicLink(folder["a/tokenizer.json"], folder["outside.json"]);

        Assert.Equal(Codes.LinkRefused, Assert.Throws<MergeOpsException>(() => known.In(folder["a"])).Diagnostic.Code);
    }

    private void Write(string file, string text) => folder.Write(file, Encoding.UTF8.GetBytes(text));
}
