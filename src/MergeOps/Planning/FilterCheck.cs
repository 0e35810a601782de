using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Planning;

/// <summary>Finds filters that choose no tensor of the merge: most often a name with a slip in it.</summary>
internal static class FilterCheck
{
    /// <summary>A warning at each filter that is part of no tensor's name, neither in the output nor in a model.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="diagnostics">Takes the warnings.</param>
    public static void Run(Recipe recipe, IReadOnlyList<OutputSlot> slots, DiagnosticBag diagnostics)
    {
        var filters = SettingsOf(recipe)
            .Select(named => named.Setting)
            .OfType<FilteredSetting>()
            .SelectMany(setting => setting.Entries)
            .Select(entry => entry.Filter)
            .OfType<Located<string>>()
            .Where(filter => filter.Value != "*")
            .ToList();
        if (filters.Count == 0)
        {
            return;
        }

        var names = slots.SelectMany(slot => slot.Inputs.Select(input => input.Name).Append(slot.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var filter in filters.Where(filter => !names.Any(name => name.Contains(filter.Value, StringComparison.Ordinal))))
        {
            var parts = names.SelectMany(name => name.Split('.')).Distinct(StringComparer.Ordinal);
            diagnostics.Warning(
                Codes.FilterWithoutTensor,
                $"No tensor's name contains {TerminalText.Quoted(filter.Value)}.{NearestName.Suggestion(filter.Value, parts)}",
                filter.Span);
        }
    }

    private static IEnumerable<NamedSetting> SettingsOf(Recipe recipe) =>
        recipe.Parameters.Concat(recipe.Modules.SelectMany(module => module.Parameters
            .Concat(InputsOf(module.Models))
            .Concat(module.Slices.SelectMany(slice => slice.Parameters.Concat(InputsOf(slice.Sources))))));

    private static IEnumerable<NamedSetting> InputsOf(ImmutableArray<RecipeInput> inputs) => inputs.SelectMany(input => input.Parameters);
}
