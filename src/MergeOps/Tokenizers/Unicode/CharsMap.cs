using System.Buffers.Binary;
using System.Text;

namespace MergeOps.Tokenizers.Unicode;

/// <summary>
/// SentencePiece's compiled rules of normalizing: a double-array trie over UTF-8 (Darts-clone) that gives places in a list of texts that end with a
/// zero byte. Format: google/sentencepiece, <c>normalizer.cc</c>.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] trie;
    private readonly byte[] texts;

    private CharsMap(uint[] trie, byte[] texts) => (this.trie, this.texts) = (trie, texts);

    /// <summary>The rules; null where the bytes are none.</summary>
    public static CharsMap? TryRead(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var size && (size % sizeof(uint) != 0 || size == 0 || size > bytes.Length - sizeof(uint)))
        {
            return null;
        }

        var units = bytes.Slice(sizeof(uint), (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes));
        var trie = new uint[units.Length / sizeof(uint)];
        for (var i = 0; i < trie.Length; i++)
        {
            trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(units[(i * sizeof(uint))..]);
        }

        return new(trie, bytes[(sizeof(uint) + units.Length)..].ToArray());
    }

    /// <summary>The shortest beginning of a text that has a rule, and what stands for it; null where none has.</summary>
    public (int Length, string Text)? Shortest(ReadOnlySpan<byte> utf8) => Find(utf8, takesFirst: true);

    /// <summary>The longest beginning of a text that has a rule, and what stands for it; null where none has.</summary>
    public (int Length, string Text)? Longest(ReadOnlySpan<byte> utf8) => Find(utf8, takesFirst: false);

    private (int Length, string Text)? Find(ReadOnlySpan<byte> utf8, bool takesFirst)
    {
        (int Length, uint Value)? found = null;
        var place = OffsetOf(trie[0]);
        for (var i = 0; i < utf8.Length && utf8[i] != 0; i++)
        {
            place ^= utf8[i];
            if (place >= (uint)trie.Length || (trie[place] & 0x800000FF) != utf8[i])
            {
                break;
            }

            var unit = trie[place];
            place ^= OffsetOf(unit);
            if (((unit >> 8) & 1) == 1 && place < (uint)trie.Length)
            {
                found = (i + 1, trie[place] & 0x7FFFFFFF);
                if (takesFirst)
                {
                    break;
                }
            }
        }

        return found is var (length, value) && value < (uint)texts.Length ? (length, TextAt((int)value)) : null;
    }

    private string TextAt(int start)
    {
        var end = texts.AsSpan(start).IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? texts.AsSpan(start) : texts.AsSpan(start, end));
    }

    private static uint OffsetOf(uint unit) => (unit >> 10) << (int)((unit & (1U << 9)) >> 6);
}
