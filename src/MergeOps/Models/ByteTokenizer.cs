using System.Text;

namespace MergeOps.Models;

/// <summary>
/// One token for each byte of UTF-8, and special tokens that are found in the text whole: a byte-level BPE without merges.
/// </summary>
/// <param name="byteIds">The id of each of the 256 bytes.</param>
/// <param name="specials">Special tokens by their text.</param>
/// <param name="begin">The token before every text, or null.</param>
internal sealed class ByteTokenizer(int[] byteIds, IReadOnlyDictionary<string, int> specials, int? begin) : ITokenizer
{
    private readonly Dictionary<int, byte[]> bytesById = byteIds
        .Select((id, value) => (id, bytes: new[] { (byte)value }))
        .Concat(specials.Select(special => (id: special.Value, bytes: Encoding.UTF8.GetBytes(special.Key))))
        .ToDictionary(pair => pair.id, pair => pair.bytes);

    /// <inheritdoc/>
    public int? Begin => begin;

    /// <inheritdoc/>
    public int? Separator => specials.TryGetValue("<|endoftext|>", out var id) ? id : null;

    /// <inheritdoc/>
    public int Count => bytesById.Keys.Max() + 1;

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        var ids = new List<int>(text.Length);
        var rest = text.AsSpan();
        while (NextSpecial(rest) is var (start, special, id))
        {
            AddBytes(rest[..start], ids);
            ids.Add(id);
            rest = rest[(start + special.Length)..];
        }

        AddBytes(rest, ids);
        return [.. ids];
    }

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => Encoding.UTF8.GetString([.. ids.SelectMany(id => bytesById[id])]);

    private void AddBytes(ReadOnlySpan<char> text, List<int> ids)
    {
        foreach (var value in Encoding.UTF8.GetBytes(text.ToArray()))
        {
            ids.Add(byteIds[value]);
        }
    }

    private (int Start, string Special, int Id)? NextSpecial(ReadOnlySpan<char> text)
    {
        (int Start, string Special, int Id)? next = null;
        foreach (var (special, id) in specials)
        {
            var start = text.IndexOf(special, StringComparison.Ordinal);
            if (start >= 0 && (next is null || start < next.Value.Start || (start == next.Value.Start && special.Length > next.Value.Special.Length)))
            {
                next = (start, special, id);
            }
        }

        return next;
    }
}
