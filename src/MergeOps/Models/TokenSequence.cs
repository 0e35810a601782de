using MergeOps.Diagnostics;

namespace MergeOps.Models;

/// <summary>Token ids of which the model is asked to predict the last ones from all before each.</summary>
/// <param name="Ids">The ids; the first one is never predicted.</param>
/// <param name="FirstPredicted">Index of the first id that counts, at least 1; the length when none does.</param>
internal readonly record struct TokenSequence(int[] Ids, int FirstPredicted)
{
    /// <summary>How many ids count.</summary>
    public int Predicted => Ids.Length - FirstPredicted;

    /// <summary>Ids that the forward pass reads.</summary>
    public int InputLength => Ids.Length - 1;

    /// <summary>
    /// Context and continuation as lm-evaluation-harness pairs them: white space at the end of the context belongs to the
    /// continuation, both are encoded as one text, and what does not fit is cut off on the left.
    /// </summary>
    public static TokenSequence Pair(ITokenizer tokenizer, string context, string continuation, int contextLength)
    {
        var trimmed = context.TrimEnd();
        var whole = tokenizer.Encode(context + continuation);
        var before = Math.Min(tokenizer.Encode(trimmed).Length, whole.Length);
        // a chat template writes the first token itself
        int[] ids = (tokenizer.Begin ?? (before == 0 ? tokenizer.Separator : null)) is { } first && !(before > 0 && whole[0] == first) ? [first, .. whole] : whole;
        var firstPredicted = ids.Length - (whole.Length - before);
        if (ids.Length - firstPredicted > contextLength)
        {
            throw new MergeOpsException(
                Codes.ContinuationTooLong,
                $"'{continuation}' has {ids.Length - firstPredicted} tokens, the context {contextLength}. Shorten the answer.");
        }

        var cut = Math.Max(0, ids.Length - (contextLength + 1));
        return new TokenSequence(ids[cut..], Math.Max(1, firstPredicted - cut));
    }

    /// <summary>A text in disjoint windows of the context's length that predict every token once.</summary>
    public static IEnumerable<TokenSequence> Windows(ITokenizer tokenizer, string text, int contextLength)
    {
        int[] ids = (tokenizer.Begin ?? tokenizer.Separator) is { } first ? [first, .. tokenizer.Encode(text)] : tokenizer.Encode(text);
        for (var start = 0; start + 1 < ids.Length; start += contextLength)
        {
            yield return new TokenSequence(ids[start..Math.Min(start + contextLength + 1, ids.Length)], 1);
        }
    }
}
