namespace MergeOps.Tokenizers.Pieces;

/// <summary>Every single character of a class.</summary>
/// <param name="isMatch">Whether a code point is of the class.</param>
internal sealed class CharacterPattern(Func<int, bool> isMatch) : ITextPattern
{
    /// <inheritdoc/>
    public List<Match> Find(ReadOnlySpan<int> text)
    {
        var (matches, end) = (new List<Match>(), 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (!isMatch(text[i]))
            {
                continue;
            }

            if (end < i)
            {
                matches.Add(new(end, i, IsMatch: false));
            }

            end = i + 1;
            matches.Add(new(i, end, IsMatch: true));
        }

        if (end < text.Length)
        {
            matches.Add(new(end, text.Length, IsMatch: false));
        }

        return matches;
    }
}
