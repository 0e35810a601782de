using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Lists and maps of blocks; each item that has not its form is reported and left out.</summary>
internal static class ListReader
{
    /// <summary>The items of a list that must not be empty; empty, with an error, when it is no such list.</summary>
    public static ImmutableArray<T> Read<T>(
        YamlNode? node, string key, BlockDeclaration item, ReadingContext context, Func<Block, T?> read)
        where T : class =>
        [.. Items(node, key, "a list of '- ' entries", context).Select(each => Block.Open(each, item, context)).OfType<Block>().Select(read).OfType<T>()];

    /// <summary>The nodes of a list that must not be empty; empty, with an error, when it is no such list.</summary>
    /// <param name="node">What stands there.</param>
    /// <param name="key">Its key.</param>
    /// <param name="form">What it should be, for the message.</param>
    /// <param name="context">Takes the error.</param>
    public static IReadOnlyList<YamlNode> Items(YamlNode? node, string key, string form, ReadingContext context)
    {
        switch (node)
        {
            case null:
                return [];
            case YamlSequence { Items: [] }:
                context.Refuse(Codes.KeyMissing, $"'{key}' is empty.", node);
                return [];
            case YamlSequence list:
                return list.Items;
            default:
                context.Refuse(Codes.ValueMalformed, $"'{key}' is {form}, found {ValueReader.Describe(node)}.", node);
                return [];
        }
    }

    /// <summary>The lines of text of a list that must not be empty; each item that is none is reported and left out.</summary>
    /// <param name="node">What stands there.</param>
    /// <param name="key">Its key.</param>
    /// <param name="form">What it should be, for the message.</param>
    /// <param name="context">Takes the errors.</param>
    public static ImmutableArray<Located<string>> Lines(YamlNode? node, string key, string form, ReadingContext context) =>
        [.. Items(node, key, form, context).Select(item => ValueReader.Line(item, key, context)).OfType<Located<string>>()];

    /// <summary>The named blocks of a map.</summary>
    public static IEnumerable<(Located<string> Name, Block Block)> ReadMap(
        YamlNode? node, string key, BlockDeclaration item, ReadingContext context)
    {
        if (node is not YamlMapping map)
        {
            if (node is not null)
            {
                context.Refuse(Codes.ValueMalformed, $"'{key}' holds 'name:' entries, found {ValueReader.Describe(node)}.", node);
            }

            yield break;
        }

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, value) in map.Entries)
        {
            var place = context.Locate(name.Text, name);
            if (!names.TryAdd(name.Text, place.Span.Line))
            {
                context.Error(
                    Codes.KeyRepeated, $"{TerminalText.Quoted(name.Text)} is already on line {names[name.Text]}. Keep one of the two.", place.Span);
            }
            else if (Block.Open(value, item, context) is { } block)
            {
                yield return (place, block);
            }
        }
    }
}
