using System.Text;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>
/// Puts a variant's values into the places <c>${name}</c> of a recipe; <c>$${</c> stands for the text <c>${</c>. A place that is
/// nothing else becomes the value itself, wherever that was written, so that a mistake in it is found there.
/// </summary>
/// <param name="variant">The variant.</param>
/// <param name="context">Takes the mistakes.</param>
internal sealed partial class Substitution(Variant variant, ReadingContext context)
{
    private readonly HashSet<string> used = new(StringComparer.Ordinal);
    private long characters;

    /// <summary>The names of the values that were put somewhere.</summary>
    public IReadOnlySet<string> Used => used;

    /// <summary>A tree with the values in their places; what has no value is an error, and stays.</summary>
    public YamlNode In(YamlNode node) => node switch
    {
        YamlScalar scalar => In(scalar),
        YamlSequence list => list with { Items = [.. list.Items.Select(In)] },
        YamlMapping mapping => mapping with { Entries = [.. mapping.Entries.Select(entry => entry with { Value = In(entry.Value) })] },
        _ => node,
    };

    private YamlNode In(YamlScalar scalar)
    {
        var places = Place().Matches(scalar.Text);
        if (places is [{ Length: var length } only] && length == scalar.Text.Length && only.Groups["name"] is { Success: true } name)
        {
            return ValueOf(name.Value, scalar) is not { } whole ? scalar

                // inside brackets YAML needs quotes around a place: they say nothing of its value
                : whole is YamlScalar value ? Counted(value)
                : whole;
        }

        return places.Count == 0 ? scalar : Counted(Filled(scalar, places));
    }

    private YamlScalar Filled(YamlScalar scalar, MatchCollection places)
    {
        var (text, isPlain, end) = (new StringBuilder(), scalar.IsPlain, 0);
        foreach (var place in places.TakeWhile(_ => text.Length <= YamlLimits.ScalarLength))
        {
            text.Append(scalar.Text, end, place.Index - end);
            end = place.Index + place.Length;
            if (!place.Groups["name"].Success)
            {
                text.Append(place.Value.StartsWith("$$", StringComparison.Ordinal) ? place.Value.AsSpan(1) : Unknown(place.Value, scalar));
                continue;
            }

            switch (ValueOf(place.Groups["name"].Value, scalar))
            {
                case YamlScalar value:
                    text.Append(value.Text);
                    isPlain &= value.IsPlain;
                    break;
                case YamlSequence:
                    context.Refuse(Codes.VariantsInvalid, $"{TerminalText.Quoted(place.Groups["name"].Value)} is a list, which can be a whole value alone, not a part of a text.", scalar);
                    break;
            }
        }

        return scalar with { Text = text.Append(scalar.Text, end, scalar.Text.Length - end).ToString(), IsPlain = isPlain };
    }

    private YamlNode? ValueOf(string name, YamlScalar scalar)
    {
        used.Add(name);
        if (variant.Values.TryGetValue(name, out var entry))
        {
            return entry.Value;
        }

        context.Refuse(
            Codes.VariantValueUnknown,
            $"The variant {TerminalText.Quoted(variant.Name)} has no value {TerminalText.Quoted(name)}.{NearestName.Suggestion(name, variant.Values.Keys)} Write '$${{' for the text '${{'.",
            scalar);
        return null;
    }

    private string Unknown(string written, YamlScalar scalar)
    {
        context.Refuse(
            Codes.VariantValueUnknown, $"{TerminalText.Quoted(written)} does not begin the name of a value, such as ${{size}}. Write '$${{' for the text '${{'.", scalar);
        return written;
    }

    // what a few values blow up must stay what a recipe may be
    private YamlScalar Counted(YamlScalar scalar)
    {
        characters += scalar.Text.Length;
        if (scalar.Text.Length <= YamlLimits.ScalarLength && characters <= YamlLimits.FileBytes)
        {
            return scalar;
        }

        context.Refuse(Codes.RecipeTooLarge, $"With its values put in, a recipe may have at most {YamlLimits.FileBytes:N0} characters, and a value {YamlLimits.ScalarLength:N0}.", scalar);
        return scalar with { Text = "" };
    }

    // an expression of GitHub Actions is none of ours, and refused where texts are read
    [GeneratedRegex(@"\$\$\{|\$\{(?<name>[A-Za-z][A-Za-z0-9_-]*)\}|\$\{(?!\{)[^}]{0,40}\}?")]
    private static partial Regex Place();
}
