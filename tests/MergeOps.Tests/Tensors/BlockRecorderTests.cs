using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Tensors;

public sealed class BlockRecorderTests
{
    private const int Block = ContentDigest.BlockSize;

    private static readonly byte[] File = SafetensorsBytes.WithTensors(("a", 5), ("b", (2 * Block) + 7), ("empty", 0), ("c", Block));

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(Block)]
    [InlineData(1_000_003)]
    [InlineData(int.MaxValue)]
    public void The_blocks_are_those_of_each_tensors_content_digest_however_the_bytes_come(int piece)
    {
        var blocks = Record(File, piece)!;
        var header = SafetensorsHeaderReader.Parse(File.AsSpan(0, SafetensorsHeaderReader.PrefixAndHeaderLength(File, File.Length, "")), File.Length, "", "m");

        var found = blocks.Of(header.Tensors).ToDictionary(tensor => tensor.Key, tensor => ContentDigest.OfBlocks(tensor.Value.Span));

        Assert.Equal(header.File.HeaderDigest, blocks.HeaderDigest);
        Assert.Equal(["a", "b", "c"], found.Keys.Order());
        Assert.All(found, tensor =>
        {
            var info = header.Tensors.Single(info => info.Name == tensor.Key);
            Assert.Equal(ContentDigest.Of(File.AsSpan((int)info.Offset, (int)info.ByteLength)), tensor.Value);
        });
    }

    [Fact]
    public void A_header_may_come_byte_by_byte()
    {
        var file = SafetensorsBytes.WithTensors(("a", 5), ("b", 3));

        Assert.Equal(Record(file, int.MaxValue)!.Hashes, Record(file, 1)!.Hashes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("{ \"architectures\": [] } and more text")]
    public void A_file_of_another_kind_has_no_blocks(string text) => Assert.Null(Record(System.Text.Encoding.UTF8.GetBytes(text), 3));

    [Fact]
    public void A_file_that_is_cut_short_has_no_blocks() => Assert.Null(Record(File[..^1], 1 << 20));

    [Fact]
    public void What_is_kept_is_read_as_it_was_or_not_at_all()
    {
        var blocks = Record(SafetensorsBytes.WithTensors(("a", 5), ("b", 3)), int.MaxValue)!;
        var bytes = blocks.ToBytes();

        var read = BlockDigests.TryRead(bytes)!;
        Assert.Equal((blocks.HeaderDigest, 2 * ContentDigest.HashSize), (read.HeaderDigest, read.Hashes.Length));
        Assert.Equal(blocks.Hashes, read.Hashes);
        for (var i = 0; i < bytes.Length; i++)
        {
            var damaged = bytes.ToArray();
            damaged[i] ^= 1;
            Assert.Null(BlockDigests.TryRead(damaged));
            Assert.Null(BlockDigests.TryRead(bytes.AsSpan(0, i)));
        }
    }

    private static BlockDigests? Record(byte[] file, int piece)
    {
        var recorder = new BlockRecorder(file.Length);
        for (var position = 0; position < file.Length; position += Math.Min(piece, file.Length - position))
        {
            recorder.Append(file.AsSpan(position, Math.Min(piece, file.Length - position)));
        }

        return recorder.Finish();
    }
}
