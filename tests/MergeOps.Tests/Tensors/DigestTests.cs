using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Xunit;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class DigestTests
{
    // XXH128 with seed 0 of no bytes, from the test vectors of the xxHash library.
    private const string Xxh128OfNothing = "99aa06d3014798d86001c324468d497f";

    [Fact]
    public void A_tensor_without_bytes_has_the_digest_of_no_blocks() => Assert.Equal(Xxh128OfNothing, ContentDigest.Of([]));

    [Theory]
    [InlineData(1)]
    [InlineData(ContentDigest.BlockSize)]
    [InlineData(ContentDigest.BlockSize + 1)]
    [InlineData((2 * ContentDigest.BlockSize) + 12345)]
    public void The_digest_is_that_of_the_blocks_digests(int length)
    {
        var bytes = Bytes(length);
        byte[] hashes = [.. bytes.Chunk(ContentDigest.BlockSize).SelectMany(block => XxHash128.Hash(block))];

        Assert.Equal(Convert.ToHexStringLower(XxHash128.Hash(hashes)), ContentDigest.Of(bytes));
        Assert.Equal(ContentDigest.OfBlocks(hashes), ContentDigest.Of(bytes));
    }

    [Property(MaxTest = 20)]
    public void Pieces_of_any_size_give_the_same_digest(NonEmptyArray<PositiveInt> cuts)
    {
        var bytes = Bytes(ContentDigest.BlockSize + 777);
        var digest = new ContentDigest();
        var position = 0;
        for (var i = 0; position < bytes.Length; i++)
        {
            var length = Math.Min(cuts.Get[i % cuts.Get.Length].Get * 997, bytes.Length - position);
            digest.Append(bytes.AsSpan(position, length));
            position += length;
        }

        Assert.Equal(ContentDigest.Of(bytes), digest.Finish());
    }

    [Fact]
    public void A_finished_digest_begins_anew()
    {
        var digest = new ContentDigest();
        digest.Append([1, 2, 3]);
        digest.Finish();

        Assert.Equal(Xxh128OfNothing, digest.Finish());
    }

    [Fact]
    public void A_model_digest_is_sha256_of_the_sorted_lines()
    {
        const string lines = "a F32 [] 00\nb\\\\\\n BF16 [2,3] 11\n";
        DigestedTensor[] tensors = [new("b\\\n", DType.BF16, [2, 3], "11"), new("a", DType.F32, [], "00")];

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))), ModelDigest.Of(tensors));
    }

    [Fact]
    public void A_file_digest_is_that_of_its_bytes()
    {
        using var folder = new TemporaryFolder();
        var bytes = Bytes(3_000_001);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), FileDigests.Sha256(folder.Write("x", bytes), TestContext.Current.CancellationToken));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", FileDigests.Sha256(folder.Write("empty", []), TestContext.Current.CancellationToken));
        Assert.Throws<MergeOpsException>(() => FileDigests.Sha256(folder["none"], TestContext.Current.CancellationToken));
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
