using System.Globalization;
using System.Text;
using System.Text.Unicode;
using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>Runs of tokens such as <c>&lt;0x0A&gt;</c> as the text of their bytes, or as U+FFFD for each of them where they are no UTF-8.</summary>
[Component("ByteFallback")]
internal sealed class ByteFallback : IDecoder
{
    public ByteFallback(ComponentSettings _)
    {
    }

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var (result, bytes) = (new List<string>(tokens.Count), new List<byte>());
        foreach (var token in tokens)
        {
            if (ByteOf(token) is { } value)
            {
                bytes.Add(value);
                continue;
            }

            Flush(bytes, result);
            result.Add(token);
        }

        Flush(bytes, result);
        return result;
    }

    private static void Flush(List<byte> bytes, List<string> into)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        if (Utf8.IsValid(bytes.ToArray()))
        {
            into.Add(Encoding.UTF8.GetString([.. bytes]));
        }
        else
        {
            into.AddRange(bytes.Select(_ => "\uFFFD"));
        }

        bytes.Clear();
    }

    // Rust's numbers may have a plus sign
    private static byte? ByteOf(string token) =>
        token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(token[3] == '+' ? 4 : 3)[..^1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
