using System.Buffers.Binary;
using System.IO.Hashing;

namespace MergeOps.Tokenizers;

/// <summary>A digest of merges or scores in their order; the same whether a merge is written as one text or as two.</summary>
internal sealed class MergesDigest
{
    // no byte of UTF-8
    private const byte EndOfHalf = 0xFF;
    private const byte EndOfOne = 0xFE;

    private readonly XxHash3 hash = new();
    private readonly byte[] buffer = new byte[1 << 16];
    private int used;

    /// <summary>The digest of what was added so far.</summary>
    public string Text
    {
        get
        {
            Flush();
            return PartText.Hex(hash.GetCurrentHashAsUInt64());
        }
    }

    /// <summary>Adds a merge that is written as two texts with a space between them.</summary>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        foreach (var half in line.Split((byte)' '))
        {
            AddHalf(line[half]);
        }

        EndMerge();
    }

    /// <summary>Adds one of the two texts of a merge.</summary>
    public void AddHalf(ReadOnlySpan<byte> half)
    {
        Append(half);
        Append([EndOfHalf]);
    }

    /// <summary>The halves of a merge are all there.</summary>
    public void EndMerge() => Append([EndOfOne]);

    /// <summary>Adds the score of a token.</summary>
    public void Add(double score)
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, score);
        Append(bytes);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > buffer.Length - used)
        {
            Flush();
        }

        if (bytes.Length > buffer.Length)
        {
            hash.Append(bytes);
            return;
        }

        bytes.CopyTo(buffer.AsSpan(used));
        used += bytes.Length;
    }

    private void Flush()
    {
        hash.Append(buffer.AsSpan(0, used));
        used = 0;
    }
}
