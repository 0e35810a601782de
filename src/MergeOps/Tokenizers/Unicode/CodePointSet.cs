using System.Collections.Immutable;

namespace MergeOps.Tokenizers.Unicode;

/// <summary>A set of code points.</summary>
internal sealed class CodePointSet
{
    /// <summary>One more than the last code point.</summary>
    public const int End = 0x110000;

    // where membership changes: in from an even place on, out from an odd one on
    private readonly int[] borders;

    private CodePointSet(int[] borders) => this.borders = borders;

    /// <summary>Every code point.</summary>
    public static CodePointSet All { get; } = new([0, End]);

    /// <summary>The ranges in ascending order, both ends included.</summary>
    public IEnumerable<(int First, int Last)> Ranges
    {
        get
        {
            for (var i = 0; i < borders.Length; i += 2)
            {
                yield return (borders[i], borders[i + 1] - 1);
            }
        }
    }

    /// <summary>The set of ranges, in any order, both ends included.</summary>
    public static CodePointSet Of(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<int>();
        foreach (var (first, last) in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && first <= merged[^1])
            {
                merged[^1] = Math.Max(merged[^1], last + 1);
            }
            else
            {
                merged.Add(first);
                merged.Add(last + 1);
            }
        }

        return new([.. merged]);
    }

    /// <summary>The set of single code points.</summary>
    public static CodePointSet Of(params ImmutableArray<int> points) => Of(points.Select(point => (point, point)));

    /// <summary>What is in any of the sets.</summary>
    public static CodePointSet Union(params IEnumerable<CodePointSet> sets) => Of(sets.SelectMany(set => set.Ranges));

    /// <summary>What is not in the set.</summary>
    public CodePointSet Complement() => borders switch
    {
        [0, .. var rest, End] => new(rest),
        [0, .. var rest] => new([.. rest, End]),
        [.. var rest, End] => new([0, .. rest]),
        _ => new([0, .. borders, End]),
    };

    /// <summary>Whether the code point is in the set.</summary>
    public bool Contains(int point)
    {
        var place = Array.BinarySearch(borders, point);
        return (place >= 0 ? place : ~place - 1) % 2 == 0;
    }
}
