using MergeOps.Tokenizers.Pipelines;

namespace MergeOps.Models;

/// <summary>The tokenizer of a model as scoring uses it: texts without special tokens, and the one that begins or separates them apart.</summary>
/// <param name="tokenizer">Encodes and decodes.</param>
/// <param name="separator">The token that stands between texts where none begins them, or null.</param>
internal sealed class ModelTokenizer(TextTokenizer tokenizer, int? separator) : ITokenizer
{
    /// <inheritdoc/>
    public int? Begin => tokenizer.Before is [var only] ? only : null;

    /// <inheritdoc/>
    public int? Separator => separator;

    /// <inheritdoc/>
    public int Count => tokenizer.Count;

    /// <inheritdoc/>
    public int[] Encode(string text) => tokenizer.Encode(text, addSpecialTokens: false);

    /// <inheritdoc/>
    public string Decode(IReadOnlyList<int> ids) => tokenizer.Decode(ids, skipSpecialTokens: false);
}
