using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;
using Xunit;

namespace MergeOps.Tests.Evaluation.Data;

public sealed class TextDataReaderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mergeops-texts-").FullName;
    private readonly DiagnosticBag diagnostics = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_text_is_read_as_it_is() => Assert.Equal("Zwölf Boxkämpfer\n", Read("Zwölf Boxkämpfer\n"u8)!.Text);

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_text() => Assert.Equal("a", Read("\uFEFFa"u8)!.Text);

    [Fact]
    public void A_checkout_with_other_line_ends_is_the_same_text()
    {
        var (here, there) = (Read("one\ntwo\n"u8)!, Read("one\r\ntwo\r\n"u8)!);

        Assert.Equal((here.Text, here.Digest), (there.Text, there.Digest));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_place()
    {
        Assert.Null(Read([(byte)'a', 0xFF]));

        Assert.Contains("at byte 2", Assert.Single(diagnostics).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_over_the_cap_is_refused_unread()
    {
        using (var file = File.Create(Path.Combine(folder, "text.txt")))
        {
            file.SetLength(EvaluationFile.MaxBytes + 1L);
        }

        Assert.Null(TextDataReader.Read(Text(), folder, diagnostics));
        Assert.Equal("MOPS606", Assert.Single(diagnostics).Code.Id);
    }

    private TextData? Read(ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(Path.Combine(folder, "text.txt"), bytes);
        return TextDataReader.Read(Text(), folder, diagnostics);
    }

    private static TextSettings Text()
    {
        var span = new SourceSpan("recipe.yml", 3, 5, 3, 9);
        return new(new("prose", span), new("text.txt", span), span);
    }
}
