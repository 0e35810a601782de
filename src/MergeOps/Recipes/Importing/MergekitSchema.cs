using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>
/// What mergekit refuses of a key that its merge methods would ignore: everything under <c>parameters</c> must have the
/// form of a parameter, whoever reads it.
/// </summary>
internal static class MergekitSchema
{
    private const string Parameters = "parameters";

    /// <summary>Why mergekit refuses the recipe for this entry; null when it takes it.</summary>
    public static string? Refuses(EntryPlace place) => place.Holder?.Text == Parameters && Mistake(place.Entry.Value) is { } found
        ? $"mergekit refuses the recipe because of it: '{Parameters}' takes a number, a list of numbers, or a list of entries with 'value' and 'filter', but this is {found}."
        : null;

    private static string? Mistake(YamlNode value) => value switch
    {
        YamlScalar scalar => IsNumber(scalar) ? null : CoreSchema.IsNull(scalar) ? "nothing" : $"the text {TerminalText.Quoted(scalar.Text)}",
        YamlMapping entry => Conditional(entry),
        YamlSequence { Items: [YamlMapping, ..] } list => list.Items.Select(item => item is YamlMapping entry ? Conditional(entry) : "a list of several kinds").OfType<string>().FirstOrDefault(),
        YamlSequence list => list.Items.All(item => item is YamlScalar scalar && IsNumber(scalar)) ? null : "a list that holds no number",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private static string? Conditional(YamlMapping entry) =>
        entry.Entries.FirstOrDefault(part => part.Key.Text == "value")?.Value is not { } value ? "an entry without 'value'"
        : value is YamlMapping or YamlSequence { Items: [YamlMapping, ..] } ? "an entry whose 'value' is not a number"
        : Mistake(value) is null ? null : "an entry whose 'value' is not a number";

    // what YAML 1.1 and mergekit's schema make a number of: flags, and numbers in quotes too
    private static bool IsNumber(YamlScalar scalar) =>
        CoreSchema.Flag(scalar) is not null || CoreSchema.IsOldFlag(scalar) || CoreSchema.Number(scalar.Text.Replace("_", "", StringComparison.Ordinal)) is not null;
}
