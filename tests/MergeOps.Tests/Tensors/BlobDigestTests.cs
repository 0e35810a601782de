using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class BlobDigestTests
{
    // FIPS 180-4 for "abc"; `printf 'what is up, doc?' | git hash-object --stdin` in the Git book, chapter 10.2
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private const string Doc = "bd9dbf5aae1a3862dd1526723246b20206e5fc37";

    [Fact]
    public void Bytes_are_named_as_the_Hub_names_them()
    {
        Assert.Equal($"sha256:{Abc}", BlobDigest.Of(DigestKind.Sha256, "abc"u8).ToString());
        Assert.Equal($"git:{Doc}", BlobDigest.Of(DigestKind.GitBlob, "what is up, doc?"u8).ToString());
    }

    [Theory]
    [InlineData($"sha256:{Abc}")]
    [InlineData($"git:{Doc}")]
    public void A_digest_reads_back_as_it_was_written(string text) => Assert.Equal(text, BlobDigest.TryParse(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData($"sha256:{Doc}")]
    [InlineData($"git:{Abc}")]
    [InlineData("git:BD9DBF5AAE1A3862DD1526723246B20206E5FC37")]
    [InlineData(Doc)]
    public void Anything_else_is_no_digest(string text) => Assert.Null(BlobDigest.TryParse(text));

    [Fact]
    public void Bare_hex_is_told_apart_by_its_length()
    {
        Assert.Equal(DigestKind.Sha256, BlobDigest.OfHex(Abc)?.Kind);
        Assert.Equal(DigestKind.GitBlob, BlobDigest.OfHex(Doc)?.Kind);
        Assert.Null(BlobDigest.OfHex("../../../../evil"));
    }
}
