using System.Text;

namespace MergeOps.Tokenizers.Pieces;

/// <summary>A part of a text on its way to tokens. It remembers where in the text its code points come from, as far as something depends on that.</summary>
internal sealed class Piece
{
    private readonly ReadOnlyMemory<int> points;
    private readonly ReadOnlyMemory<int> origins;

    /// <param name="points">The code points.</param>
    /// <param name="origins">For each of them the place in the whole text where the character begins that it comes from.</param>
    /// <param name="origin">Where the piece itself begins in the whole text.</param>
    public Piece(ReadOnlyMemory<int> points, ReadOnlyMemory<int> origins, int origin)
    {
        (this.points, this.origins, Origin) = (points, origins, origin);
    }

    /// <summary>The code points.</summary>
    public ReadOnlySpan<int> Points => points.Span;

    /// <summary>Where the code points come from.</summary>
    public ReadOnlySpan<int> Origins => origins.Span;

    /// <summary>Where the piece begins in the whole text; 0 for the first one only.</summary>
    public int Origin { get; }

    /// <summary>Whether nothing is in it.</summary>
    public bool IsEmpty => points.IsEmpty;

    /// <summary>The whole of a text; halves of surrogate pairs that stand alone become U+FFFD.</summary>
    public static Piece Of(string text)
    {
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            points.Add(rune.Value);
        }

        int[] origins = [.. Enumerable.Range(0, points.Count)];
        return new(points.ToArray(), origins, 0);
    }

    /// <summary>The text.</summary>
    public override string ToString() => TextOf(Points);

    /// <summary>The text of code points.</summary>
    public static string TextOf(ReadOnlySpan<int> points)
    {
        var text = new StringBuilder(points.Length);
        foreach (var point in points)
        {
            if (point < 0x10000)
            {
                text.Append((char)point);
            }
            else
            {
                text.Append(char.ConvertFromUtf32(point));
            }
        }

        return text.ToString();
    }

    /// <summary>The code points of a text.</summary>
    public static int[] PointsOf(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    /// <summary>A part of it; not an empty one.</summary>
    public Piece Slice(int start, int end) => new(points[start..end], origins[start..end], origins.Span[start]);

    /// <summary>The same piece with other code points.</summary>
    public Piece With(List<int> newPoints, List<int> newOrigins) => new(newPoints.ToArray(), newOrigins.ToArray(), Origin);

    /// <summary>The same piece with another code point in the place of each.</summary>
    public Piece Map(Func<int, int> map)
    {
        var mapped = new int[points.Length];
        for (var i = 0; i < mapped.Length; i++)
        {
            mapped[i] = map(Points[i]);
        }

        return new(mapped, origins, Origin);
    }

    /// <summary>The same piece without some of the code points.</summary>
    public Piece Where(Func<int, bool> keep)
    {
        var (kept, from) = (new List<int>(points.Length), new List<int>(points.Length));
        for (var i = 0; i < points.Length; i++)
        {
            if (keep(Points[i]))
            {
                kept.Add(Points[i]);
                from.Add(Origins[i]);
            }
        }

        return kept.Count == points.Length ? this : With(kept, from);
    }

    /// <summary>The same piece with code points in the place of each.</summary>
    /// <param name="expand">Gives the code points by calling its second argument for each.</param>
    public Piece Expand(Action<int, Action<int>> expand)
    {
        var (result, from) = (new List<int>(points.Length), new List<int>(points.Length));
        for (var i = 0; i < points.Length; i++)
        {
            expand(Points[i], result.Add);
            while (from.Count < result.Count)
            {
                from.Add(Origins[i]);
            }
        }

        return With(result, from);
    }

    /// <summary>The same piece with something before it; nothing is put before an empty one.</summary>
    public Piece Prepend(ReadOnlySpan<int> before)
    {
        if (IsEmpty)
        {
            return this;
        }

        var from = new int[before.Length + points.Length];
        from.AsSpan(0, before.Length).Fill(Origins[0]);
        Origins.CopyTo(from.AsSpan(before.Length));
        int[] joined = [.. before, .. Points];
        return new(joined, from, Origin);
    }

    /// <summary>The same piece with other code points, told one by one from its beginning.</summary>
    /// <param name="changes">Each with 0 where it stands for the next one, 1 where it is added, and -n where it stands for the next one and n behind it.</param>
    public Piece Transform(List<(int Point, int Change)> changes)
    {
        var (result, from, place) = (new List<int>(changes.Count), new List<int>(changes.Count), 0);
        foreach (var (point, change) in changes)
        {
            result.Add(point);
            from.Add(change <= 0 ? Origins[Math.Min(place, points.Length - 1)] : place > 0 ? Origins[place - 1] : Origin);
            place += change <= 0 ? 1 - change : 0;
        }

        return With(result, from);
    }

    /// <summary>The same piece with a text in the place of each match.</summary>
    public Piece Replace(List<Match> matches, ReadOnlySpan<int> content)
    {
        var (result, from) = (new List<int>(points.Length), new List<int>(points.Length));
        foreach (var (start, end, isMatch) in matches)
        {
            if (!isMatch)
            {
                result.AddRange(Points[start..end]);
                from.AddRange(Origins[start..end]);
                continue;
            }

            result.AddRange(content);
            while (from.Count < result.Count)
            {
                from.Add(end > 0 ? Origins[end - 1] : Origin);
            }
        }

        return With(result, from);
    }
}

/// <summary>A part of a text that a pattern matches, or that lies between its matches.</summary>
/// <param name="Start">Its first code point.</param>
/// <param name="End">One after its last code point.</param>
/// <param name="IsMatch">Whether the pattern matches it.</param>
internal readonly record struct Match(int Start, int End, bool IsMatch);
