using System.Text;

namespace MergeOps.Tokenizers.Pieces;

/// <summary>The printable characters that stand for bytes in byte-level vocabularies: GPT-2's table.</summary>
internal static class ByteSymbols
{
    private static readonly Dictionary<char, byte> Bytes = Enumerable.Range(0, 256).ToDictionary(value => Of((byte)value), value => (byte)value);

    /// <summary>The character of a byte.</summary>
    public static char Of(byte value) => value switch
    {
        (>= (byte)'!' and <= (byte)'~') or (>= 0xA1 and <= 0xAC) or >= 0xAE => (char)value,
        <= (byte)' ' => (char)(0x100 + value),
        <= 0xA0 => (char)(0x100 + 33 + value - 0x7F),
        _ => (char)(0x100 + 67),
    };

    /// <summary>The byte of a character; false for one that stands for none.</summary>
    public static bool TryByte(char symbol, out byte value) => Bytes.TryGetValue(symbol, out value);

    /// <summary>Adds the characters of a code point's bytes in UTF-8.</summary>
    public static void Add(int point, Action<int> add)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var value in utf8[..new Rune(point).EncodeToUtf8(utf8)])
        {
            add(Of(value));
        }
    }
}
