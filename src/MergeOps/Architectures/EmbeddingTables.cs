using System.Text.RegularExpressions;

namespace MergeOps.Architectures;

/// <summary>Tells tables of embeddings, from which rows are taken, from the weights of linear layers: both are matrices.</summary>
internal static partial class EmbeddingTables
{
    /// <summary>Whether a weight is by its name a table: of tokens, positions, types, relative positions.</summary>
    public static bool IsOne(string name) => Words().IsMatch(name);

    [GeneratedRegex(@"(^|\.)(wte|wpe|shared|embed_tokens\w*|embed_in|embed_positions\w*|pos_embed\w*|tok_embeddings|tokens_embed|positions_embed|\w*_embeddings?|relative_attention_bias|\w*_relative_(embedding|bias)|rel_embeddings|emb)\.weight$", RegexOptions.None, 1000)]
    private static partial Regex Words();
}
