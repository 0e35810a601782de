using System.Globalization;
using System.Text;

namespace MergeOps.Pipeline.Commands;

/// <summary>The lines that a command prints, each within a bound, however much it prints without an end of a line.</summary>
/// <param name="printed">What it prints.</param>
internal sealed class PrintedLines(TextReader printed)
{
    /// <summary>The most characters of a line that are kept.</summary>
    public const int Longest = 16 * 1024;

    private readonly char[] buffer = new char[4096];
    private int begin;
    private int end;
    private bool isAfterReturn;

    /// <summary>The next line without its end, which is LF, CR or both; of a longer one its beginning, and how much is left out. Null after the last one.</summary>
    public async ValueTask<string?> NextAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var (hasBegun, left) = (false, 0L);
        while (await FillAsync(cancellation))
        {
            if (isAfterReturn && buffer[begin] == '\n')
            {
                (isAfterReturn, begin) = (false, begin + 1);
                continue;
            }

            (isAfterReturn, hasBegun) = (false, true);
            var there = buffer.AsSpan(begin, end - begin);
            var length = there.IndexOfAny('\r', '\n');
            var piece = length < 0 ? there : there[..length];
            var taken = Math.Min(piece.Length, Longest - line.Length);
            line.Append(piece[..taken]);
            left += piece.Length - taken;
            if (length >= 0)
            {
                isAfterReturn = there[length] == '\r';
                begin += length + 1;
                return Text();
            }

            begin = end;
        }

        return hasBegun ? Text() : null;

        string Text() => left == 0 ? line.ToString() : string.Create(CultureInfo.InvariantCulture, $"{line}… (characters left out: {left:N0})");
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (begin == end)
        {
            (begin, end) = (0, await printed.ReadAsync(buffer, cancellation));
        }

        return begin < end;
    }
}
