namespace MergeOps.Diagnostics;

/// <summary>Finds the known name that a misspelled one most likely means (Damerau-Levenshtein, optimal string alignment).</summary>
internal static class NearestName
{
    private const int LongestName = 300;

    /// <summary>The nearest of <paramref name="known"/>, or null when none is within a third of the length (at least one, at most three edits) and shares a character with it.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var limit = Math.Clamp(name.Length / 3, 1, 3);
        // nobody types a longer one, and comparing takes the square of the length
        return name.Length > LongestName ? null : known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= limit)
            .Select(candidate => (candidate, distance: Distance(Folded(name), Folded(candidate))))
            .Where(pair => pair.distance <= limit && pair.distance < Math.Max(name.Length, pair.candidate.Length))
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => Folded(pair.candidate).FirstOrDefault() != Folded(name).FirstOrDefault())
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>The text « Did you mean 'x'?» with a leading space, or an empty text.</summary>
    public static string Suggestion(string name, IEnumerable<string> known) =>
        Of(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static string Folded(string name) => name.ToLowerInvariant().Replace('-', '_');

    // the table row by row; the last three are enough
    private static int Distance(string a, string b)
    {
        var width = b.Length + 1;
        Span<int> rows = stackalloc int[3 * width];
        for (var j = 0; j < width; j++)
        {
            rows[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var row = rows.Slice(i % 3 * width, width);
            var last = rows.Slice((i + 2) % 3 * width, width);
            var lastButOne = rows.Slice((i + 1) % 3 * width, width);
            row[0] = i;
            for (var j = 1; j < width; j++)
            {
                var substitution = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(substitution, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], lastButOne[j - 2] + 1);
                }
            }
        }

        return rows[(a.Length % 3 * width) + b.Length];
    }
}
