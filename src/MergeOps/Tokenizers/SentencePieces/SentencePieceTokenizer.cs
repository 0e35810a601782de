using System.Text;
using MergeOps.Tokenizers.Pieces;
using MergeOps.Tokenizers.SubwordModels;
using MergeOps.Tokenizers.Unicode;

namespace MergeOps.Tokenizers.SentencePieces;

/// <summary>A <c>tokenizer.model</c> as a value: text to ids and back exactly as the SentencePiece library does it.</summary>
internal sealed class SentencePieceTokenizer
{
    private const ulong OfUnigram = 1;
    private const ulong OfBpe = 2;

    private readonly SentencePieceContents contents;
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly PrefixTree symbols = new();
    private readonly SentencePieceNormalizer normalizer;
    private readonly SentencePieceBpe? bpe;
    private readonly SentencePieceUnigram? unigram;
    private readonly int[] bytes = new int[256];
    private readonly int unknown;
    private readonly bool fallsBackToBytes;

    private SentencePieceTokenizer(SentencePieceContents contents, CharsMap? rules, int unknown)
    {
        (this.contents, this.unknown) = (contents, unknown);
        var mergeable = new Dictionary<string, (int Id, float Score, PieceKind Kind)>(StringComparer.Ordinal);
        foreach (var (id, (text, score, kind)) in contents.Pieces.Index())
        {
            ids[text] = id;
            if (kind is PieceKind.Normal or PieceKind.UserDefined or PieceKind.Unused)
            {
                mergeable[text] = (id, score, kind);
            }

            if (kind == PieceKind.UserDefined)
            {
                symbols.Add(Piece.PointsOf(text), id);
            }
            else if (kind == PieceKind.Byte)
            {
                bytes[Convert.ToByte(text[3..5], 16)] = id;
                fallsBackToBytes = true;
            }
        }

        normalizer = new(contents, rules, symbols);
        bpe = contents.ModelType == OfBpe ? new SentencePieceBpe(mergeable) : null;
        unigram = contents.ModelType == OfBpe ? null : new SentencePieceUnigram(contents.Pieces);
    }

    /// <summary>One more than the highest id.</summary>
    public int Count => contents.Pieces.Count;

    /// <summary>Reads a model.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="Diagnostics.MergeOpsException">It is no such model, or of a kind that is not exact here.</exception>
    public static SentencePieceTokenizer Read(ReadOnlySpan<byte> file, string path)
    {
        if (!SentencePieceModel.IsOne(file))
        {
            throw TokenizerFiles.Refusal(path, "It is not a SentencePiece model.");
        }

        var contents = SentencePieceModel.Contents(file, path);
        if (contents.ModelType is not (OfUnigram or OfBpe) || contents.Denormalizes)
        {
            throw TokenizerFiles.Refusal(path, "A SentencePiece model that is neither of unigrams nor of merges, or that changes decoded texts, has no exact implementation here.");
        }

        var rules = contents.Rules.Length == 0 ? null : CharsMap.TryRead(contents.Rules) ?? throw TokenizerFiles.Refusal(path, "Its normalization rules cannot be read.");
        var unknown = contents.Pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown);
        var isDouble = contents.Pieces.Select(piece => piece.Text).Distinct(StringComparer.Ordinal).Count() < contents.Pieces.Count;
        var hasOddByte = contents.Pieces.Exists(piece => piece.Kind == PieceKind.Byte && !IsByte(piece.Text));
        var byteCount = contents.Pieces.Count(piece => piece.Kind == PieceKind.Byte);
        return unknown < 0 || isDouble || hasOddByte || byteCount is not (0 or 256) || contents.Pieces.Exists(piece => piece.Text.Length == 0 || !float.IsFinite(piece.Score))
            ? throw TokenizerFiles.Refusal(path, "Its pieces lack the unknown token, repeat a piece, contain an empty one or a score that is not a number, or cover only some bytes.")
            : new(contents, rules, unknown);
    }

    /// <summary>The id of a piece, or null.</summary>
    public int? IdOf(string piece) => ids.TryGetValue(piece, out var id) ? id : null;

    /// <summary>The ids of a text, without a begin and an end.</summary>
    public int[] Encode(string text)
    {
        var normalized = normalizer.Normalize(text);
        var (found, isAfterUnknown) = (new List<int>(), false);
        foreach (var part in bpe is not null ? bpe.Split(normalized, StartsOf(normalized, out var isFrozen), isFrozen) : unigram!.Split(normalized))
        {
            var id = ids.GetValueOrDefault(part, unknown);
            if (contents.Pieces[id].Kind != PieceKind.Unknown)
            {
                found.Add(id);
                isAfterUnknown = false;
            }
            else if (fallsBackToBytes)
            {
                found.AddRange(Encoding.UTF8.GetBytes(part).Select(value => bytes[value]));
            }
            else if (!isAfterUnknown)
            {
                found.Add(id);
                isAfterUnknown = true;
            }
        }

        return [.. found];
    }

    /// <summary>The text of ids; bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IEnumerable<int> tokens)
    {
        var (text, pending, isSpaceSeen) = (new StringBuilder(), new List<byte>(), false);
        foreach (var (piece, _, kind) in tokens.Select(id => contents.Pieces[id]))
        {
            if (kind == PieceKind.Byte)
            {
                pending.Add(Convert.ToByte(piece[3..5], 16));
                continue;
            }

            AddBytes(pending, text);
            var isStart = !isSpaceSeen && text.Length == 0;
            isSpaceSeen = false;
            if (kind is PieceKind.Control or PieceKind.Unknown)
            {
                text.Append(kind == PieceKind.Unknown ? contents.UnknownText : "");
                continue;
            }

            var shown = piece;
            if (isStart && (contents.AddsSpace || contents.RemovesSpaces) && shown.StartsWith('\u2581'))
            {
                (shown, isSpaceSeen) = (shown[1..], !contents.RemovesSpaces);
            }

            text.Append(shown.Replace('\u2581', ' '));
        }

        AddBytes(pending, text);
        return text.ToString();
    }

    private static bool IsByte(string text) => text is ['<', '0', 'x', var first, var second, '>'] && char.IsAsciiHexDigit(first) && char.IsAsciiHexDigit(second);

    // each byte that begins no character is one replacement
    private static void AddBytes(List<byte> pending, StringBuilder text)
    {
        var rest = pending.ToArray().AsSpan();
        while (!rest.IsEmpty)
        {
            var isCharacter = Rune.DecodeFromUtf8(rest, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            text.Append(isCharacter ? rune.ToString() : "\uFFFD");
            rest = rest[(isCharacter ? length : 1)..];
        }

        pending.Clear();
    }

    private List<int> StartsOf(string text, out List<bool> isFrozen)
    {
        var (starts, points) = (new List<int>(), Piece.PointsOf(text));
        isFrozen = [];
        for (var (place, at) = (0, 0); place < points.Length;)
        {
            var (node, longest) = (0, 0);
            for (var end = place; end < points.Length && symbols.Descend(ref node, points[end], out var value); end++)
            {
                longest = value >= 0 ? end + 1 - place : longest;
            }

            starts.Add(at);
            isFrozen.Add(longest > 0);
            for (var end = place + Math.Max(1, longest); place < end; place++)
            {
                at += points[place] > 0xFFFF ? 2 : 1;
            }
        }

        return starts;
    }
}
