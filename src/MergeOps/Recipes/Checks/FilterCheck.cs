using MergeOps.Diagnostics;

namespace MergeOps.Recipes.Checks;

/// <summary>Filtered values that no tensor reaches, because an earlier entry takes everything that they would take.</summary>
internal static class FilterCheck
{
    public static void Run(Recipe recipe, DiagnosticBag diagnostics)
    {
        foreach (var filtered in Blocks(recipe).SelectMany(block => block).Select(named => named.Setting).OfType<FilteredSetting>())
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
    }

    private static bool Covers(FilterEntry earlier, FilterEntry later) =>
        earlier.Filter is not { Value: not "*" } first
        || (later.Filter is { Value: not "*" } second && second.Value.Contains(first.Value, StringComparison.Ordinal));

    private static IEnumerable<IEnumerable<NamedSetting>> Blocks(Recipe recipe)
    {
        yield return recipe.Parameters;
        foreach (var module in recipe.Modules)
        {
            yield return module.Parameters;
            foreach (var slice in module.Slices)
            {
                yield return slice.Parameters;
            }

            foreach (var input in module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources)))
            {
                yield return input.Parameters;
            }
        }
    }
}
