using System.Collections.Immutable;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// Divides a text into blocks of whole lines, each of which is one observation of its loss: the method of batch means
/// (B. Schmeiser, "Batch size effects in the analysis of simulation output", Operations Research 30, 1982, 556–568). A longer
/// text has longer blocks rather than more, so that what neighbors share weighs less.
/// </summary>
internal static class TextBlocks
{
    /// <summary>The least characters of a block.</summary>
    private const int LeastLength = 128;

    /// <summary>The most blocks of a text.</summary>
    private const int MostBlocks = 64;

    /// <summary>The blocks, at least one; joined they are the text.</summary>
    /// <param name="text">Not empty.</param>
    public static ImmutableArray<string> Of(string text)
    {
        var length = Math.Max(LeastLength, (text.Length + MostBlocks - 1) / MostBlocks);
        var blocks = ImmutableArray.CreateBuilder<string>();
        var start = 0;
        while (text.Length - start >= 2 * length)
        {
            var end = End(text, start, length);
            blocks.Add(text[start..end]);
            start = end;
        }

        if (blocks.Count > 0 && text.Length - start < length / 2)
        {
            blocks[^1] += text[start..];
        }
        else
        {
            blocks.Add(text[start..]);
        }

        return blocks.ToImmutable();
    }

    // after the line and the empty ones that follow, else before a word, else between two characters
    private static int End(string text, int start, int length)
    {
        var least = start + length;
        var end = text.AsSpan(least - 1, length).IndexOf('\n') is >= 0 and var line ? least + line
            : text.AsSpan(least, length).IndexOf(' ') is >= 0 and var word ? least + word
            : char.IsLowSurrogate(text[least]) ? least + 1 : least;
        while (end < text.Length && text[end] is ('\n' or '\r'))
        {
            end++;
        }

        return end;
    }
}
