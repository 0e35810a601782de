using System.Buffers;
using System.Globalization;
using System.Text;

namespace MergeOps.Diagnostics;

/// <summary>A text in UTF-8 that grows at its end and can be cut off, in memory that is used again.</summary>
internal sealed class Utf8Text
{
    // what is written as it is, as most names are
    private static readonly SearchValues<char> Plain = SearchValues.Create(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(letter => letter is not ('"' or '\\'))));

    private byte[] buffer = new byte[1024];

    /// <summary>How many bytes it has; a smaller number cuts the rest off.</summary>
    public int Length { get; set; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    /// <summary>A text between quotation marks, with the escapes that RFC 8785 asks for.</summary>
    public void AppendQuoted(string value)
    {
        Append((byte)'"');
        if (value.AsSpan().IndexOfAnyExcept(Plain) < 0)
        {
            Append(value);
        }
        else
        {
            AppendEscaped(value);
        }

        Append((byte)'"');
    }

    private void AppendEscaped(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"' or '\\':
                    Append((byte)'\\');
                    Append((byte)c);
                    break;
                case '\b':
                    Append("\\b"u8);
                    break;
                case '\t':
                    Append("\\t"u8);
                    break;
                case '\n':
                    Append("\\n"u8);
                    break;
                case '\f':
                    Append("\\f"u8);
                    break;
                case '\r':
                    Append("\\r"u8);
                    break;
                case var _ when char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]):
                    Append(value.AsSpan(i++, 2));
                    break;
                case < ' ':
                case var _ when char.IsSurrogate(c):
                    Append(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"));
                    break;
                default:
                    Append(value.AsSpan(i, 1));
                    break;
            }
        }
    }

    /// <summary>A whole number of at most 64 bits.</summary>
    public void AppendNumber<T>(T value)
        where T : IUtf8SpanFormattable
    {
        const int longest = 20;
        value.TryFormat(Room(longest), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>Bytes between quotation marks, in lower-case hex.</summary>
    public void AppendHex(ReadOnlySpan<byte> bytes)
    {
        Append((byte)'"');
        Convert.TryToHexStringLower(bytes, Room(2 * bytes.Length), out var written);
        Length += written;
        Append((byte)'"');
    }

    /// <summary>Characters as they are.</summary>
    public void Append(ReadOnlySpan<char> value) => Length += Encoding.UTF8.GetBytes(value, Room(Encoding.UTF8.GetMaxByteCount(value.Length)));

    /// <summary>Bytes as they are.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>One byte.</summary>
    public void Append(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    /// <summary>So many spaces.</summary>
    public void AppendSpaces(int count)
    {
        Room(count)[..count].Fill((byte)' ');
        Length += count;
    }

    private Span<byte> Room(int bytes)
    {
        if (buffer.Length - Length < bytes)
        {
            Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max(2L * buffer.Length, (long)Length + bytes)));
        }

        return buffer.AsSpan(Length);
    }
}
