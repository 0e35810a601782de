using System.Globalization;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Planning;

/// <summary>Finds filters that choose no tensor of the merge, most often for a slip in a name, and those that choose more layers than they seem to.</summary>
internal static class FilterCheck
{
    private const string Digits = "0123456789";

    private const int MostNamed = 3;

    /// <summary>A warning for each such filter, at the first place that writes it.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="slots">Every output tensor's place.</param>
    /// <param name="experts">What became of the names of experts; null where a recipe makes them of whole models.</param>
    /// <param name="diagnostics">Takes the warnings.</param>
    public static void Run(Recipe recipe, IReadOnlyList<OutputSlot> slots, ExpertSources? experts, DiagnosticBag diagnostics)
    {
        var filters = RecipeSettings.FiltersOf(recipe)
            .Where(filter => filter.Value != FilterText.Everything && !FilterText.IsPattern(filter.Value))
            .GroupBy(filter => filter.Value, StringComparer.Ordinal)
            .ToList();
        if (filters.Count == 0)
        {
            return;
        }

        var names = slots.SelectMany(slot => slot.Inputs.Select(input => input.Name).Append(slot.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var filter in filters)
        {
            var taken = names.Where(name => name.Contains(filter.Key, StringComparison.Ordinal)).ToList();
            if (experts?.RenamedFor(filter.Key) is [_, ..] renamed && !renamed.Exists(name => name.Contains(filter.Key, StringComparison.Ordinal)))
            {
                diagnostics.Warning(
                    Codes.FilterWithoutTensor,
                    $"{TerminalText.Quoted(filter.Key)} is part of names as a model stores its experts; the output calls these tensors {PatternText.Of(renamed, MostNamed)}. Write a part of these names.{Others(filter)}",
                    filter.First().Span);
            }
            else if (taken.Count == 0)
            {
                diagnostics.Warning(
                    Codes.FilterWithoutTensor,
                    $"No tensor's name contains {TerminalText.Quoted(filter.Key)}.{Fused(filter.Key, names) ?? Meant(filter.Key, names)}{Others(filter)}",
                    filter.First().Span);
            }
            else if (names.FirstOrDefault(name => ExpertLayout.IsFused(name) && ExpertLayout.IsForHalf(name, filter.Key)) is { } whole)
            {
                WarnOfHalf(filter, whole, experts?.Single, diagnostics);
            }
            else if (char.IsAsciiDigit(filter.Key[0]) || char.IsAsciiDigit(filter.Key[^1]))
            {
                WarnOfLongerNumbers(filter, taken, diagnostics);
            }
        }
    }

    // some loaders take the two projections together alone; of others each can lie by itself
    private static void WarnOfHalf(IGrouping<string, Located<string>> filter, string whole, ExpertNames? single, DiagnosticBag diagnostics)
    {
        var takes = whole.Contains(filter.Key, StringComparison.Ordinal);
        diagnostics.Warning(
            takes ? Codes.FilterTakesMore : Codes.FilterWithoutTensor,
            $"The gate and up projections of a layer's experts are stored together in {TerminalText.Quoted(TensorNames.PatternOf(whole))}, so {TerminalText.Quoted(filter.Key)} {(takes ? "takes both" : "takes neither")}. "
            + $"Write 'gate_up_proj' for both; {(single is null ? "a value for one of them is not possible in this layout" : $"{TerminalText.Quoted(single.Gate)} or {TerminalText.Quoted(single.Up)} takes one of them, and lets the output store each expert by itself")}.{Others(filter)}",
            filter.First().Span);
    }

    // 'layers.1' is part of 'layers.10' too, '1.mlp' of '11.mlp'
    private static void WarnOfLongerNumbers(IGrouping<string, Located<string>> filter, List<string> names, DiagnosticBag diagnostics)
    {
        var (opens, closes) = (char.IsAsciiDigit(filter.Key[0]), char.IsAsciiDigit(filter.Key[^1]));
        var own = closes ? filter.Key[filter.Key.AsSpan().TrimEnd(Digits).Length..] : filter.Key[..^filter.Key.AsSpan().TrimStart(Digits).Length];
        var numbers = names.SelectMany(name => NumbersIn(name, filter.Key, own, opens, closes)).ToHashSet(StringComparer.Ordinal);
        if (numbers.Remove(own) && numbers.Count > 0)
        {
            var others = numbers.Select(number => long.TryParse(number, CultureInfo.InvariantCulture, out var value) ? value : long.MaxValue).Order().ToList();
            diagnostics.Warning(
                Codes.FilterTakesMore,
                $"{TerminalText.Quoted(filter.Key)} is meant for number {own}, but as part of a name it also matches {NumberRanges.Of(others)}. "
                + $"Write {TerminalText.Quoted($"{(opens ? "." : "")}{filter.Key}{(closes ? "." : "")}")} to match only {own}.{Others(filter)}",
                filter.First().Span);
        }
    }

    // the whole number that stands in a name where the filter has its own, at each place of the filter
    private static IEnumerable<string> NumbersIn(string name, string filter, string own, bool opens, bool closes)
    {
        for (var at = name.IndexOf(filter, StringComparison.Ordinal); at >= 0; at = name.IndexOf(filter, at + 1, StringComparison.Ordinal))
        {
            var (before, after) = (name[..at], name[(at + filter.Length)..]);
            yield return (opens ? before[before.AsSpan().TrimEnd(Digits).Length..] : "") + own + (closes ? after[..^after.AsSpan().TrimStart(Digits).Length] : "");
        }
    }

    // such a family's loaders take no single experts, so that the output cannot have them
    private static string? Fused(string filter, HashSet<string> names) => ExpertSources.IsOneExpert(filter) && names.FirstOrDefault(ExpertLayout.IsFused) is { } fused
        ? $" The experts of a layer are stored together in {TerminalText.Quoted(TensorNames.PatternOf(fused))}, so a value applies to all of them."
        : null;

    // a word of another family means that part of a layer, and no other one whose name is spelled like it
    private static string Meant(string filter, HashSet<string> names)
    {
        var parts = names.SelectMany(name => name.Split('.')).ToHashSet(StringComparer.Ordinal);
        var own = filter.Split('.');
        if (Array.Find(own, part => ModuleRoles.IsWord(part) && !parts.Contains(part)) is not { } word)
        {
            return NearestName.Suggestion(filter, parts);
        }

        if (ModuleRoles.SameAs(word, parts.Order(StringComparer.Ordinal)) is not { } same)
        {
            return "";
        }

        var whole = string.Join('.', own.Select(part => part == word ? same : part));
        return $" Did you mean '{(names.Any(name => name.Contains(whole, StringComparison.Ordinal)) ? whole : same)}'?";
    }

    private static string Others(IGrouping<string, Located<string>> filter)
    {
        var lines = filter.Skip(1).Select(other => other.Span.Line).Distinct().ToList();
        return lines.Count == 0 ? "" : $" It is on {(lines.Count == 1 ? "line" : "lines")} {string.Join(", ", lines)} too.";
    }
}
