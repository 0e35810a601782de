using System.IO.Hashing;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;

namespace MergeOps.Tensors;

/// <summary>Takes the <see cref="BlockDigests"/> of a file from its bytes as they pass by, from the first to the last.</summary>
/// <param name="length">Bytes of the whole file.</param>
internal sealed class BlockRecorder(long length)
{
    private readonly XxHash128 block = new();
    private byte[] start = new byte[SafetensorsHeaderReader.PrefixLength];
    private int inStart;
    private SafetensorsHeader? header;
    private bool isRefused;
    private byte[] hashes = [];
    private int hashed;
    private int tensor;
    private long inTensor;

    /// <summary>Takes the next bytes, in pieces of any size.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !isRefused)
        {
            bytes = bytes[(header is null ? AppendToHeader(bytes) : AppendToBlock(bytes, header.Tensors[tensor]))..];
        }
    }

    /// <summary>The digests, once every byte was taken; null when the file is not in the safetensors format.</summary>
    public BlockDigests? Finish() => header is not null && tensor == header.Tensors.Length
        ? new(header.File.HeaderDigest, ImmutableCollectionsMarshal.AsImmutableArray(hashes))
        : null;

    private int AppendToHeader(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, start.Length - inStart);
        bytes[..taken].CopyTo(start.AsSpan(inStart));
        inStart += taken;
        if (inStart == start.Length)
        {
            ReadStart();
        }

        return taken;
    }

    private void ReadStart()
    {
        try
        {
            var total = SafetensorsHeaderReader.PrefixAndHeaderLength(start, length, "");
            if (total > start.Length)
            {
                Array.Resize(ref start, total);
                return;
            }

            header = SafetensorsHeaderReader.Parse(start, length, "", "");
            hashes = new byte[header.Tensors.Sum(BlockDigests.CountOf) * ContentDigest.HashSize];
            start = [];
            SkipEmpty();
        }
        catch (MergeOpsException)
        {
            // whoever reads it as a model says what is wrong; here it is a file like any other
            isRefused = true;
        }
    }

    private int AppendToBlock(ReadOnlySpan<byte> bytes, TensorInfo current)
    {
        var blockEnd = Math.Min(current.ByteLength, (inTensor / ContentDigest.BlockSize * ContentDigest.BlockSize) + ContentDigest.BlockSize);
        var taken = (int)Math.Min(bytes.Length, blockEnd - inTensor);
        block.Append(bytes[..taken]);
        inTensor += taken;
        if (inTensor == blockEnd)
        {
            block.GetHashAndReset(hashes.AsSpan(hashed));
            hashed += ContentDigest.HashSize;
        }

        if (inTensor == current.ByteLength)
        {
            (tensor, inTensor) = (tensor + 1, 0);
            SkipEmpty();
        }

        return taken;
    }

    private void SkipEmpty()
    {
        while (tensor < header!.Tensors.Length && header.Tensors[tensor].ByteLength == 0)
        {
            tensor++;
        }
    }
}
