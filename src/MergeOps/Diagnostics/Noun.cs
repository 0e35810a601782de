namespace MergeOps.Diagnostics;

/// <summary>Nouns as messages count things with them.</summary>
internal static class Noun
{
    /// <summary>The noun for any number of things but one: <c>items</c>, <c>queries</c>.</summary>
    public static string Plural(string noun) =>
        noun is [.., var before, 'y'] && !"aeiou".Contains(before, StringComparison.Ordinal) ? $"{noun[..^1]}ies" : $"{noun}s";
}
