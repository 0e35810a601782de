using System.Buffers.Binary;
using System.Text;

namespace MergeOps.Models;

/// <summary>
/// llama2.c's <c>tokenizer.bin</c>: SentencePiece BPE pieces with scores; characters that are no piece become bytes.
/// Format and encoding: karpathy/llama2.c, <c>run.c</c>.
/// </summary>
internal sealed class PieceTokenizer : ITokenizer
{
    private const int BeginId = 1;
    private const int FirstByteId = 3;

    private readonly List<(byte[] Piece, float Score)> pieces;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);

    private PieceTokenizer(List<(byte[] Piece, float Score)> pieces)
    {
        this.pieces = pieces;
        for (var id = FirstByteId + 256; id < pieces.Count; id++)
        {
            ids.TryAdd(Key(pieces[id].Piece), id);
        }
    }

    /// <inheritdoc/>
    public int? Begin => BeginId;

    /// <inheritdoc/>
    public int? Separator => null;

    /// <inheritdoc/>
    public int Count => pieces.Count;

    /// <summary>Reads the file's bytes; null with the reason.</summary>
    public static PieceTokenizer? TryRead(ReadOnlySpan<byte> file, out string? whyNot)
    {
        var pieces = new List<(byte[], float)>();
        var rest = file.Length >= 4 ? file[4..] : default;
        while (rest.Length >= 8)
        {
            var score = BinaryPrimitives.ReadSingleLittleEndian(rest);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
            if (length < 0 || length > rest.Length - 8)
            {
                break;
            }

            pieces.Add((rest.Slice(8, length).ToArray(), score));
            rest = rest[(8 + length)..];
        }

        whyNot = rest.IsEmpty && pieces.Count > FirstByteId + 256 ? null : "tokenizer.bin is not in llama2.c's format";
        return whyNot is null ? new PieceTokenizer(pieces) : null;
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        var tokens = (" " + text).EnumerateRunes().SelectMany(Characters).ToList();
        while (BestMerge(tokens) is var (position, id))
        {
            tokens[position] = id;
            tokens.RemoveAt(position + 1);
        }

        return [.. tokens];
    }

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids)
    {
        var bytes = new List<byte>();
        foreach (var id in ids)
        {
            if (id is >= FirstByteId and < FirstByteId + 256)
            {
                bytes.Add((byte)(id - FirstByteId));
            }
            else if (id >= FirstByteId)
            {
                bytes.AddRange(pieces[id].Piece);
            }
        }

        var text = Encoding.UTF8.GetString([.. bytes]);
        return text.StartsWith(' ') ? text[1..] : text;
    }

    private IEnumerable<int> Characters(Rune character)
    {
        var bytes = Encoding.UTF8.GetBytes(character.ToString());
        return ids.TryGetValue(Key(bytes), out var id) ? [id] : bytes.Select(value => FirstByteId + value);
    }

    private (int Position, int Id)? BestMerge(List<int> tokens)
    {
        (int Position, int Id)? best = null;
        var bestScore = float.NegativeInfinity;
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            if (ids.TryGetValue(Key([.. pieces[tokens[i]].Piece, .. pieces[tokens[i + 1]].Piece]), out var id) && pieces[id].Score > bestScore)
            {
                best = (i, id);
                bestScore = pieces[id].Score;
            }
        }

        return best;
    }

    private static string Key(byte[] piece) => Encoding.Latin1.GetString(piece);
}
