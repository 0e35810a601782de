using MergeOps.Tokenizers.SentencePieces;

namespace MergeOps.Models;

/// <summary>The <c>tokenizer.model</c> of a model as scoring uses it.</summary>
/// <param name="tokenizer">Encodes and decodes.</param>
/// <param name="begin">The token before every text, or null.</param>
/// <param name="separator">The token that stands between texts where none begins them, or null.</param>
internal sealed class ModelPieces(SentencePieceTokenizer tokenizer, int? begin, int? separator) : ITokenizer
{
    /// <inheritdoc/>
    public int? Begin => begin;

    /// <inheritdoc/>
    public int? Separator => separator;

    /// <inheritdoc/>
    public int Count => tokenizer.Count;

    /// <inheritdoc/>
    public int[] Encode(string text) => tokenizer.Encode(text);

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => tokenizer.Decode(ids);
}
