using MergeOps.Tokenizers.Pipelines;

namespace MergeOps.Models.Embeddings;

/// <summary>Texts to ids as sentence-transformers makes them: white space around a text goes, and what is too long is cut, special tokens excepted.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="plan">What the model's files say.</param>
/// <param name="longest">The most tokens, special ones included.</param>
/// <param name="cutsLeft">Whether the beginning of what is too long goes.</param>
internal sealed class EmbeddingTokenizer(TextTokenizer tokenizer, EmbeddingPlan plan, int longest, bool cutsLeft)
{
    // what Python strips beside what .NET trims
    private static readonly char[] Separators = ['\x1c', '\x1d', '\x1e', '\x1f'];

    private readonly int around = tokenizer.Around([]).Length;

    private readonly int behind = tokenizer.Around([]).Length - tokenizer.Before.Length;

    /// <summary>The most tokens of a text, special ones included; what is longer is cut.</summary>
    public int LongestText => longest;

    /// <summary>Room for a token of the text itself.</summary>
    public bool HasRoom => longest > around;

    /// <summary>Whether a token stands behind each text.</summary>
    public bool EndsTexts => behind > 0;

    /// <summary>The ids of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The most tokens, special ones included, where that is fewer than the model's own; there is room for one of the text at least.</param>
    public int[] Encode(string text, int most = int.MaxValue)
    {
        var ids = tokenizer.Encode(Stripped(text), addSpecialTokens: false);
        var room = Math.Max(1, Math.Min(longest, most) - around);
        return tokenizer.Around(ids.Length <= room ? ids : cutsLeft ? ids[^room..] : ids[..room]);
    }

    /// <summary>How many tokens of a text that begins with the prompt are the prompt's, by the library's own count.</summary>
    public int TokensOf(string prompt) => prompt.Length == 0 ? 0 : Encode(prompt).Length - (behind > 0 ? 1 : 0);

    private string Stripped(string text)
    {
        var stripped = text.AsSpan();
        int length;
        do
        {
            length = stripped.Length;
            stripped = stripped.Trim().Trim(Separators);
        }
        while (stripped.Length < length);
        return plan.LowerCase ? stripped.ToString().ToLowerInvariant() : stripped.ToString();
    }
}
