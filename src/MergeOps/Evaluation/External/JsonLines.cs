namespace MergeOps.Evaluation.External;

/// <summary>Reads a file line by line in bounded memory, whatever its length.</summary>
internal static class JsonLines
{
    /// <summary>The most bytes of one line.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Each line that is not blank, with its number from 1; null for one that is too long, which is the last.</summary>
    public static IEnumerable<(int Number, byte[]? Line)> In(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        var (length, number) = (0, 0);
        while (true)
        {
            var read = stream.Read(buffer, length, buffer.Length - length);
            length += read;
            var start = 0;
            while (buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is >= 0 and var end)
            {
                number++;
                if (Line(buffer.AsSpan(start, end), number) is { } line)
                {
                    yield return (number, line);
                }

                start += end + 1;
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            if (read == 0)
            {
                if (Line(buffer.AsSpan(0, length), number + 1) is { } last)
                {
                    yield return (number + 1, last);
                }

                yield break;
            }

            if (length == buffer.Length && length >= MaxLineBytes)
            {
                yield return (number + 1, null);
                yield break;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
    }

    private static byte[]? Line(ReadOnlySpan<byte> bytes, int number)
    {
        var line = number == 1 && bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes;
        return line.Trim(" \t\r"u8).IsEmpty ? null : line.ToArray();
    }
}
