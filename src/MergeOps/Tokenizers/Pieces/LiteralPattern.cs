namespace MergeOps.Tokenizers.Pieces;

/// <summary>A text as it is written.</summary>
/// <param name="literal">Its code points, one at least.</param>
internal sealed class LiteralPattern(int[] literal) : ITextPattern
{
    /// <inheritdoc/>
    public List<Match> Find(ReadOnlySpan<int> text)
    {
        var (matches, end) = (new List<Match>(), 0);
        while (text[end..].IndexOf(literal) is >= 0 and var offset)
        {
            if (offset > 0)
            {
                matches.Add(new(end, end + offset, IsMatch: false));
            }

            matches.Add(new(end + offset, end + offset + literal.Length, IsMatch: true));
            end += offset + literal.Length;
        }

        if (end < text.Length)
        {
            matches.Add(new(end, text.Length, IsMatch: false));
        }

        return matches;
    }
}
