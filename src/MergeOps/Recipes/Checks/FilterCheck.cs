using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Checks;

/// <summary>Filtered values that no tensor reaches: their filters are patterns, or an earlier entry takes everything that they would take.</summary>
internal static class FilterCheck
{
    public static void Run(Recipe recipe, DiagnosticBag diagnostics)
    {
        foreach (var named in RecipeSettings.Of(recipe))
        {
            if (named.Setting is FilteredSetting filtered)
            {
                WarnOfPatterns(named.Parameter.Value.Name, filtered, diagnostics);
                WarnOfUnreachable(filtered, diagnostics);
            }
        }
    }

    private static void WarnOfPatterns(string parameter, FilteredSetting filtered, DiagnosticBag diagnostics)
    {
        var patterns = filtered.Entries.Where(entry => entry.Filter is { } filter && FilterText.IsPattern(filter.Value)).ToList();
        if (patterns is [{ Filter: { } first } entry, ..])
        {
            var (are, take) = patterns.Count == 1 ? ("is", "its entry takes") : ("are", "their entries take");
            diagnostics.Warning(
                Codes.FilterInvalid,
                "A filter is plain text that is part of a tensor's name, and "
                + $"{string.Join(", ", patterns.Select(each => TerminalText.Quoted(each.Filter!.Value)))} {are} in none of them: {take} nothing, as in mergekit. "
                + FilterText.Instead(first.Value, parameter, entry.Value is ScalarSetting { Value: { } value } ? value.ToString() : "…"),
                first.Span);
        }
    }

    private static void WarnOfUnreachable(FilteredSetting filtered, DiagnosticBag diagnostics)
    {
        for (var i = 1; i < filtered.Entries.Length; i++)
        {
            var entry = filtered.Entries[i];
            if (filtered.Entries.Take(i).FirstOrDefault(earlier => Covers(earlier, entry)) is { } first)
            {
                diagnostics.Warning(
                    Codes.FilterUnreachable,
                    $"The entry on line {first.Span.Line} comes first and takes every tensor that this one would take.",
                    entry.Filter?.Span ?? entry.Span);
                break;
            }
        }
    }

    private static bool Covers(FilterEntry earlier, FilterEntry later) =>
        earlier.Filter is not { Value: not FilterText.Everything } first
        || (later.Filter is { Value: not FilterText.Everything } second && second.Value.Contains(first.Value, StringComparison.Ordinal));
}
