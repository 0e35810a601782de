using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>Reads <c>variants</c>: a list of names with values. A variant's name is its value <c>name</c>, else its values joined by dashes.</summary>
internal sealed partial class VariantsReader(ReadingContext context)
{
    /// <summary>The key of the list.</summary>
    public const string Key = "variants";

    /// <summary>How many variants a file may have: a workflow starts no more jobs at once.</summary>
    public const int Most = 256;

    private const int LongestName = 64;

    /// <summary>The variants in their order; null, with an error for each mistake, when the list is none.</summary>
    public ImmutableArray<Variant>? Read(YamlNode node)
    {
        if (node is not YamlSequence list || list.Items.IsEmpty)
        {
            context.Refuse(Codes.VariantsInvalid, $"'{Key}' is a list of named values, such as '- {{size: xs, t: 0.3}}', found {(node is YamlSequence ? "an empty list" : ValueReader.Describe(node))}.", node);
            return null;
        }

        if (list.Items.Length > Most)
        {
            context.Refuse(Codes.VariantsInvalid, $"A recipe may have at most {Most} variants; here are {list.Items.Length}.", node);
            return null;
        }

        var variants = list.Items.Select(ReadOne).OfType<Variant>().ToImmutableArray();
        var taken = new Dictionary<string, Variant>(StringComparer.OrdinalIgnoreCase);
        var areDistinct = true;
        foreach (var variant in variants.Where(variant => !taken.TryAdd(variant.Name, variant)))
        {
            areDistinct = false;
            context.Refuse(
                Codes.VariantsInvalid,
                $"The variant on line {context.SpanOf(taken[variant.Name].Node).Line} is called {(taken[variant.Name].Name is var other && other == variant.Name ? $"{TerminalText.Quoted(other)}, too" : $"{TerminalText.Quoted(other)} and this one {TerminalText.Quoted(variant.Name)}: names become folders, and not every file system distinguishes the two")}. Give one of them another '{Variant.NameKey}'.",
                variant.Node);
        }

        return areDistinct && variants.Length == list.Items.Length ? variants : null;
    }

    private Variant? ReadOne(YamlNode node)
    {
        if (node is not YamlMapping { Entries: not [] } mapping)
        {
            context.Refuse(Codes.VariantsInvalid, $"A variant consists of named values, such as '{{size: xs, t: 0.3}}', found {ValueReader.Describe(node)}.", node);
            return null;
        }

        var values = ImmutableDictionary.CreateBuilder<string, YamlEntry>(StringComparer.Ordinal);
        var isWhole = true;
        foreach (var entry in mapping.Entries)
        {
            if (Objection(entry, values.ContainsKey(entry.Key.Text)) is { } objection)
            {
                context.Refuse(Codes.VariantsInvalid, objection, IsValue(entry.Value) ? entry.Key : entry.Value);
                isWhole = false;
            }
            else
            {
                values.Add(entry.Key.Text, entry);
            }
        }

        return isWhole && NameOf(mapping, values.GetValueOrDefault(Variant.NameKey)?.Value) is { } name ? new(name, values.ToImmutable(), mapping) : null;
    }

    private static string? Objection(YamlEntry entry, bool isTaken) =>
        !KeyName().IsMatch(entry.Key.Text) ? $"{TerminalText.Quoted(entry.Key.Text)} cannot be written as ${{…}}: a name consists of letters, digits, '_' and '-', and begins with a letter."
        : isTaken ? $"This variant has two values called {TerminalText.Quoted(entry.Key.Text)}. Keep one of them."
        : CoreSchema.IsNull(entry.Value) ? $"{TerminalText.Quoted(entry.Key.Text)} has no value."
        : IsValue(entry.Value) ? null
        : $"{TerminalText.Quoted(entry.Key.Text)} is a value or a list of values, found {ValueReader.Describe(entry.Value)}.";

    private static bool IsValue(YamlNode node) =>
        node is YamlScalar || (node is YamlSequence { Items: not [] } list && list.Items.All(item => item is YamlScalar && !CoreSchema.IsNull(item)));

    private string? NameOf(YamlMapping mapping, YamlNode? given)
    {
        if (given is not null)
        {
            if (given is YamlScalar { Text: var text } && text.Length <= LongestName && FileName().IsMatch(text))
            {
                return text;
            }

            context.Refuse(
                Codes.VariantsInvalid, $"A variant's name is also a folder name: up to {LongestName} letters, digits, '.', '_' and '-', beginning with a letter or digit; found {ValueReader.Describe(given)}.", given);
            return null;
        }

        var values = mapping.Entries.SelectMany(entry => entry.Value is YamlSequence list ? list.Items : [entry.Value]).Select(value => ((YamlScalar)value).Text);
        var name = Other().Replace(string.Join('-', values), "-").Trim('-', '.', '_');
        if (name.Length is > 0 and <= LongestName)
        {
            return name;
        }

        context.Refuse(Codes.VariantsInvalid, $"The values of this variant do not make a short name. Add one, as in '{Variant.NameKey}: small'.", mapping);
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]*\z")]
    private static partial Regex KeyName();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex FileName();

    [GeneratedRegex("[^A-Za-z0-9._-]+")]
    private static partial Regex Other();
}
