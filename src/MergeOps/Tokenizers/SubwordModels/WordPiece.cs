using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>The longest token that begins a word, again and again; a word with a rest that begins with none is unknown as a whole.</summary>
[Component("WordPiece")]
internal sealed class WordPiece : ISubwordModel
{
    private readonly TokenIds tokens;
    private readonly string unknown;
    private readonly string prefix;
    private readonly int longestWord;
    private readonly int longestToken;

    public WordPiece(ComponentSettings settings)
    {
        tokens = TokenIds.Map(settings);
        unknown = settings.Text("unk_token");
        prefix = settings.Text("continuing_subword_prefix");
        longestWord = settings.Number("max_input_chars_per_word");
        longestToken = tokens.All.Select(token => token.Key.Length).DefaultIfEmpty().Max();
    }

    /// <inheritdoc/>
    public int Count => tokens.Count;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary => tokens.All;

    /// <inheritdoc/>
    public int? IdOf(string token) => tokens.IdOf(token);

    /// <inheritdoc/>
    public string? TokenOf(int id) => tokens.TokenOf(id);

    /// <inheritdoc/>
    public void Encode(Piece word, List<int> into)
    {
        var first = into.Count;
        var points = word.Points;
        for (var start = 0; start < points.Length && points.Length <= longestWord;)
        {
            var end = Math.Min(points.Length, start + longestToken);
            int? id = null;
            while (start < end && (id = IdOf(points[start..end], isFirst: start == 0)) is null)
            {
                end--;
            }

            if (id is null)
            {
                break;
            }

            into.Add(id.Value);
            start = end;
            if (start == points.Length)
            {
                return;
            }
        }

        into.RemoveRange(first, into.Count - first);
        into.Add(tokens.IdOf(unknown) ?? throw Unknown.Missing(unknown));
    }

    private int? IdOf(ReadOnlySpan<int> part, bool isFirst) => tokens.IdOf(isFirst ? Piece.TextOf(part) : prefix + Piece.TextOf(part));
}
