using System.IO.Hashing;

namespace MergeOps.Tensors;

/// <summary>
/// The content digest of a tensor: XXH128 over the concatenated XXH128 values (16 bytes each, canonical big-endian,
/// seed 0) of its consecutive blocks of 4 MiB, the last one shorter; lower-case hex. Two levels so that the blocks of
/// one tensor can be hashed side by side. Not for adversaries: SHA-256 of whole files is.
/// </summary>
internal sealed class ContentDigest
{
    /// <summary>Bytes of one block.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    /// <summary>Bytes of one block's value.</summary>
    public const int HashSize = 16;

    private readonly XxHash128 whole = new();
    private readonly XxHash128 block = new();
    private int inBlock;

    /// <summary>Takes the next bytes, in pieces of any size.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, BlockSize - inBlock)];
            block.Append(piece);
            inBlock += piece.Length;
            bytes = bytes[piece.Length..];
            if (inBlock == BlockSize)
            {
                CloseBlock();
            }
        }
    }

    /// <summary>The digest of everything taken so far; afterwards a new tensor can begin.</summary>
    public string Finish()
    {
        if (inBlock > 0)
        {
            CloseBlock();
        }

        Span<byte> hash = stackalloc byte[HashSize];
        whole.GetHashAndReset(hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The digest of bytes that are all there.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var digest = new ContentDigest();
        digest.Append(bytes);
        return digest.Finish();
    }

    /// <summary>The value of one block, for blocks that are hashed side by side.</summary>
    /// <param name="block">A whole block, or the shorter last one.</param>
    /// <param name="hash">Takes <see cref="HashSize"/> bytes.</param>
    public static void HashBlock(ReadOnlySpan<byte> block, Span<byte> hash) => XxHash128.Hash(block, hash);

    /// <summary>The digest from the values of all blocks in their order.</summary>
    /// <param name="hashes">The concatenated values.</param>
    public static string OfBlocks(ReadOnlySpan<byte> hashes) => Convert.ToHexStringLower(XxHash128.Hash(hashes));

    private void CloseBlock()
    {
        Span<byte> hash = stackalloc byte[HashSize];
        block.GetHashAndReset(hash);
        whole.Append(hash);
        inBlock = 0;
    }
}
