using MergeOps.Tokenizers.Components;
using MergeOps.Tokenizers.Pieces;

namespace MergeOps.Tokenizers.SubwordModels;

/// <summary>Each word is a token, or unknown.</summary>
[Component("WordLevel")]
internal sealed class WordLevel(ComponentSettings settings) : ISubwordModel
{
    private readonly TokenIds tokens = TokenIds.Map(settings);
    private readonly string unknown = settings.Text("unk_token");

    /// <inheritdoc/>
    public int Count => tokens.Count;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, int>> Vocabulary => tokens.All;

    /// <inheritdoc/>
    public int? IdOf(string token) => tokens.IdOf(token);

    /// <inheritdoc/>
    public string? TokenOf(int id) => tokens.TokenOf(id);

    /// <inheritdoc/>
    public void Encode(Piece word, List<int> into) =>
        into.Add(tokens.IdOf(word.ToString()) ?? tokens.IdOf(unknown) ?? throw Unknown.Missing(unknown));
}
