using System.Buffers.Binary;
using System.Text;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.SentencePieces;

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

    // each byte is a character
    private readonly Dictionary<string, (int Id, float Score, PieceKind Kind)> ids = new(StringComparer.Ordinal);
    private readonly SentencePieceBpe bpe;

    private PieceTokenizer(List<(byte[] Piece, float Score)> pieces)
    {
        this.pieces = pieces;
        for (var id = FirstByteId + 256; id < pieces.Count; id++)
        {
            ids.TryAdd(Encoding.Latin1.GetString(pieces[id].Piece), (id, pieces[id].Score, PieceKind.Normal));
        }

        bpe = new(ids);
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
        var (bytes, starts, isByte) = (new StringBuilder(), new List<int>(), new List<bool>());
        foreach (var rune in text.Length == 0 ? "".EnumerateRunes() : (" " + text).EnumerateRunes())
        {
            var character = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(rune.ToString()));
            var isPiece = ids.ContainsKey(character);
            foreach (var part in isPiece ? [character] : character.Select(value => value.ToString()))
            {
                starts.Add(bytes.Length);
                isByte.Add(!isPiece);
                bytes.Append(part);
            }
        }

        return [.. bpe.Split(bytes.ToString(), starts, isByte).Select(part => ids.TryGetValue(part, out var piece) ? piece.Id : FirstByteId + part[0])];
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
}
