namespace MergeOps.Tokenizers.Unicode;

/// <summary>
/// The normal forms of Unicode as the tokenizers library has them, which is at an older version than .NET, and the same wherever it runs.
/// Algorithm: Unicode Standard Annex 15; Hangul by its arithmetic.
/// </summary>
internal static class Normalization
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int BeforeFirstTail = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;
    private const int Syllables = Leads * Vowels * Tails;

    private static readonly Lazy<Dictionary<(int First, int Second), int>> Compositions = new(ReadCompositions);

    /// <summary>Decomposes each code point, and orders marks.</summary>
    /// <param name="points">The text.</param>
    /// <param name="origins">What belongs to each code point and stays with its place.</param>
    /// <param name="byCompatibility">Whether by compatibility too.</param>
    public static (List<int> Points, List<int> Origins) Decompose(ReadOnlySpan<int> points, ReadOnlySpan<int> origins, bool byCompatibility)
    {
        var (result, from) = (new List<int>(points.Length), new List<int>(points.Length));
        for (var i = 0; i < points.Length; i++)
        {
            AddDecomposed(points[i], byCompatibility, result);
            while (from.Count < result.Count)
            {
                from.Add(origins[i]);
            }
        }

        Order(result);
        return (result, from);
    }

    /// <summary>Composes what <see cref="Decompose"/> gives, in place.</summary>
    public static void Compose(List<int> points, List<int> origins)
    {
        var (starter, kept, lastClass) = (-1, 0, -1);
        for (var i = 0; i < points.Count; i++)
        {
            var (point, itsClass) = (points[i], ClassOf(points[i]));
            if (starter >= 0 && lastClass < itsClass && PairOf(points[starter], point) is { } composed)
            {
                points[starter] = composed;
                continue;
            }

            if (itsClass == 0)
            {
                (starter, lastClass) = (kept, -1);
            }
            else
            {
                lastClass = itsClass;
            }

            (points[kept], origins[kept]) = (point, origins[i]);
            kept++;
        }

        points.RemoveRange(kept, points.Count - kept);
        origins.RemoveRange(kept, origins.Count - kept);
    }

    private static void AddDecomposed(int point, bool byCompatibility, List<int> into)
    {
        if (point - FirstSyllable is >= 0 and < Syllables and var syllable)
        {
            into.Add(FirstLead + (syllable / (Vowels * Tails)));
            into.Add(FirstVowel + (syllable / Tails % Vowels));
            if (syllable % Tails is > 0 and var tail)
            {
                into.Add(BeforeFirstTail + tail);
            }
        }
        else if (point >= 0x80 && ((byCompatibility && UnicodeData.Compatible.TryGetValue(point, out var parts)) || UnicodeData.Canonical.TryGetValue(point, out parts)))
        {
            into.AddRange(parts);
        }
        else
        {
            into.Add(point);
        }
    }

    // marks in the order of their classes, those of one class as they stand
    private static void Order(List<int> points)
    {
        for (var first = 0; first < points.Count; first++)
        {
            if (ClassOf(points[first]) == 0)
            {
                continue;
            }

            var end = first + 1;
            while (end < points.Count && ClassOf(points[end]) > 0)
            {
                end++;
            }

            if (end - first > 1)
            {
                var ordered = points[first..end].OrderBy(ClassOf).ToArray();
                ordered.CopyTo(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(points)[first..end]);
            }

            first = end;
        }
    }

    private static int ClassOf(int point) => point >= 0x300 && UnicodeData.CombiningClasses.TryGetValue(point, out var itsClass) ? itsClass : 0;

    private static int? PairOf(int first, int second) => (first - FirstLead, second - FirstVowel, first - FirstSyllable, second - BeforeFirstTail) switch
    {
        ( >= 0 and < Leads and var lead, >= 0 and < Vowels and var vowel, _, _) => FirstSyllable + (((lead * Vowels) + vowel) * Tails),
        (_, _, >= 0 and < Syllables and var syllable, > 0 and < Tails and var tail) when syllable % Tails == 0 => first + tail,
        _ => Compositions.Value.TryGetValue((first, second), out var composed) ? composed : null,
    };

    // a full decomposition is the decomposition of its first part and one more code point
    private static Dictionary<(int First, int Second), int> ReadCompositions()
    {
        var pairs = new Dictionary<(int First, int Second), int>();
        var whole = UnicodeData.Canonical
            .Where(entry => entry.Value.Length > 1 && !UnicodeData.NeverComposed.Contains(entry.Key))
            .ToDictionary(entry => Key(entry.Value), entry => entry.Key, StringComparer.Ordinal);
        foreach (var (key, composed) in whole)
        {
            var parts = UnicodeData.Canonical[composed];
            var first = parts.Length == 2 ? parts[0] : whole[Key(parts[..^1])];
            pairs[(first, parts[^1])] = composed;
        }

        return pairs;
    }

    private static string Key(int[] points) => string.Join(' ', points);
}
