namespace MergeOps.Diagnostics;

/// <summary>Finds the known name that a misspelt one most likely means (Damerau-Levenshtein, optimal string alignment).</summary>
internal static class NearestName
{
    private const int LongestName = 300;

    /// <summary>The nearest of <paramref name="known"/>, or null when none is within a third of the length (at least one, at most three edits).</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        var limit = Math.Clamp(name.Length / 3, 1, 3);
        // nobody types a longer one, and comparing takes the square of the length
        return name.Length > LongestName ? null : known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= limit)
            .Select(candidate => (candidate, distance: Distance(Folded(name), Folded(candidate))))
            .Where(pair => pair.distance <= limit)
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

    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(substitution, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
