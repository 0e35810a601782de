namespace MergeOps.Tokenizers.Pieces;

/// <summary>Where the delimiters go when a piece is split; the names are those of the tokenizers library.</summary>
internal enum Delimiters
{
    /// <summary>Nowhere.</summary>
    Removed,

    /// <summary>Each is a piece.</summary>
    Isolated,

    /// <summary>To the piece before.</summary>
    MergedWithPrevious,

    /// <summary>To the piece behind.</summary>
    MergedWithNext,

    /// <summary>Those side by side are one piece.</summary>
    Contiguous,
}

/// <summary>Splits pieces.</summary>
internal static class Splitting
{
    /// <summary>Adds the pieces that are not empty.</summary>
    /// <param name="piece">What is split.</param>
    /// <param name="matches">The delimiters and what lies between them.</param>
    /// <param name="delimiters">Where the delimiters go.</param>
    /// <param name="into">Takes the pieces.</param>
    public static void Split(this Piece piece, List<Match> matches, Delimiters delimiters, List<Piece> into)
    {
        foreach (var (start, end, _) in Ranges(matches, delimiters))
        {
            if (start < end)
            {
                into.Add(piece.Slice(start, end));
            }
        }
    }

    private static IEnumerable<Match> Ranges(List<Match> matches, Delimiters delimiters) => delimiters switch
    {
        Delimiters.Removed => matches.Where(match => !match.IsMatch),
        Delimiters.Isolated => matches,
        Delimiters.Contiguous => Joined(matches, (isMatch, previous) => isMatch == previous),
        Delimiters.MergedWithPrevious => Joined(matches, (isMatch, previous) => isMatch && !previous),
        _ => MergedWithNext(matches),
    };

    // joins a part to the one before it where the rule says so; before the first part counts as no match
    private static List<Match> Joined(List<Match> matches, Func<bool, bool, bool> joins)
    {
        var (result, previous) = (new List<Match>(matches.Count), false);
        foreach (var match in matches)
        {
            if (joins(match.IsMatch, previous) && result.Count > 0)
            {
                result[^1] = result[^1] with { End = match.End };
            }
            else
            {
                result.Add(match);
            }

            previous = match.IsMatch;
        }

        return result;
    }

    private static List<Match> MergedWithNext(List<Match> matches)
    {
        var (result, previous) = (new List<Match>(matches.Count), false);
        foreach (var match in Enumerable.Reverse(matches))
        {
            if (match.IsMatch && !previous && result.Count > 0)
            {
                result[^1] = result[^1] with { Start = match.Start };
            }
            else
            {
                result.Add(match);
            }

            previous = match.IsMatch;
        }

        result.Reverse();
        return result;
    }
}
