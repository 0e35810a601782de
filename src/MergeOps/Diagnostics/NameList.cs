namespace MergeOps.Diagnostics;

/// <summary>Some names in a sentence: quoted, at most a few, and the number of the rest.</summary>
internal static class NameList
{
    private const int MostNamed = 4;

    /// <summary>The names with a word before the last one: <c>'a', 'b' and 'c'</c>, or <c>'a', 'b', 'c', 'd' and 3 more</c>.</summary>
    public static string Of(IReadOnlyCollection<string> names, string joint = "and") => Of(names, names.Count, joint);

    /// <summary>The same of names whose number is known; no more of them are made than are shown.</summary>
    public static string Of(IEnumerable<string> names, int count, string joint = "and")
    {
        var named = names.Take(MostNamed).Select(TerminalText.Quoted).ToList();
        return count > named.Count ? $"{string.Join(", ", named)} and {count - named.Count} more"
            : named.Count > 1 ? $"{string.Join(", ", named[..^1])} {joint} {named[^1]}"
            : string.Concat(named);
    }
}
