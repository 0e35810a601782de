using System.Text;
using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.Decoders;

/// <summary>Printable characters as the bytes that they stand for; bytes that are no UTF-8 become U+FFFD.</summary>
[Component("ByteLevel")]
internal sealed class ByteLevelDecoder : IDecoder
{
    public ByteLevelDecoder(ComponentSettings settings)
    {
        settings.Ignore("add_prefix_space");
        settings.Ignore("trim_offsets");
        settings.Ignore("use_regex");
    }

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            var start = bytes.Count;
            foreach (var symbol in token)
            {
                if (!ByteSymbols.TryByte(symbol, out var value))
                {
                    // an added token is written as it is
                    bytes.RemoveRange(start, bytes.Count - start);
                    bytes.AddRange(Encoding.UTF8.GetBytes(token));
                    break;
                }

                bytes.Add(value);
            }
        }

        return [Encoding.UTF8.GetString([.. bytes])];
    }
}
