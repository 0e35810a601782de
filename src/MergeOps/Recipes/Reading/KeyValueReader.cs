using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads the keys that a plug-in brings into a block, each by the form that it declares.</summary>
internal sealed class KeyValueReader(ReadingContext context)
{
    // doubles hold every whole number up to here
    private const long LargestWhole = 1L << 53;

    /// <summary>The values of a plug-in's keys; a key that another plug-in brought is reported.</summary>
    /// <param name="block">What stands there.</param>
    /// <param name="declaration">The block without the keys of plug-ins.</param>
    /// <param name="plugIn">The plug-in that the block names.</param>
    public KeyValues Read(Block block, BlockDeclaration declaration, IRecipePlugIn plugIn)
    {
        foreach (var key in context.Complete(declaration).Keys)
        {
            if (key.Owner is { } owner && !plugIn.Keys.Any(own => own.Name == key.Name) && block.Find(key.Name) is { } lost)
            {
                context.Refuse(Codes.KeysExclusive, $"'{key.Name}' is for '{owner}', but this is '{plugIn.Name}'.", lost);
            }
        }

        return Read(block, plugIn.Keys);
    }

    /// <summary>The values of keys; what is no such value is reported and left out.</summary>
    public KeyValues Read(Block block, IEnumerable<KeyDeclaration> keys)
    {
        var values = new Dictionary<string, Located<object>>(StringComparer.Ordinal);
        var paths = ImmutableArray.CreateBuilder<Located<string>>();
        foreach (var key in keys)
        {
            if ((key.IsRequired ? block.Require(key.Name) : block.Find(key.Name)) is not { } node || Value(node, key) is not { } value)
            {
                continue;
            }

            var located = context.Locate(value, node);
            values.Add(key.Name, located);
            if (key.Value is PathShape)
            {
                paths.Add(new((string)value, located.Span));
            }
        }

        return new(values) { Paths = paths.ToImmutable() };
    }

    /// <summary>A text of the form that another key has; null after a finding.</summary>
    /// <param name="node">The value.</param>
    /// <param name="name">The key that it stands under.</param>
    /// <param name="key">The other key.</param>
    public Located<string>? Like(YamlNode node, string name, KeyDeclaration key) =>
        Value(node, key with { Name = name }) is string text ? context.Locate(text, node) : null;

    private object? Value(YamlNode node, KeyDeclaration key) => key.Value switch
    {
        TextShape text => Text(node, key.Name, text),
        PathShape => ValueReader.LocalPath(node, key.Name, context)?.Value,
        NameShape names => Name(node, key.Name, names.Names),
        TextOrTextsShape when node is not YamlSequence => List([node], key.Name),
        TextsShape or TextOrTextsShape => List(ListReader.Items(node, key.Name, "a list of texts", context), key.Name),
        FlagShape => ValueReader.Flag(node, key.Name, context),
        TextOrBlockShape either => node is YamlMapping ? Texts(node, either.Block) : ValueReader.Text(node, key.Name, context)?.Value,
        SizesShape sizes => Sizes(node, key.Name, sizes.Names),
        NumberShape { Whole: true } whole => (double?)ValueReader.Whole(node, key.Name, (long)(whole.Min ?? -LargestWhole), LargestWhole, context)?.Value,
        NumberShape number => Number(node, key.Name, number),
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Value, "not a form that a key of a plug-in may have"),
    };

    private ImmutableSortedDictionary<string, string>? Texts(YamlNode node, BlockDeclaration declaration)
    {
        if (Block.Open(node, declaration, context) is not { } block)
        {
            return null;
        }

        return declaration.Keys
            .Select(key => (key.Name, Text: ValueReader.Text(block.Find(key.Name), key.Name, context)))
            .Where(found => found.Text is not null)
            .ToImmutableSortedDictionary(found => found.Name, found => found.Text!.Value, StringComparer.Ordinal);
    }

    private ImmutableArray<string>? Sizes(YamlNode node, string key, ImmutableArray<string> names)
    {
        var sizes = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in ListReader.Items(node, key, $"a list of whole numbers and {NameList.Of(names)}", context))
        {
            if (entry is YamlScalar { Text: var text } && names.Contains(text, StringComparer.Ordinal))
            {
                sizes.Add(text);
            }
            else if (ValueReader.Whole(entry, key, 1, int.MaxValue, context) is { } size)
            {
                sizes.Add(size.Value.ToString(CultureInfo.InvariantCulture));
            }
        }

        return sizes.Count == 0 ? null : sizes.Distinct(StringComparer.Ordinal).ToImmutableArray();
    }

    private ImmutableArray<string>? List(IReadOnlyList<YamlNode> nodes, string key)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var node in nodes)
        {
            if (ValueReader.Text(node, key, context) is not { } text)
            {
                return null;
            }

            if (text.Value.Length == 0 || texts.Contains(text.Value))
            {
                context.Refuse(Codes.ValueMalformed, text.Value.Length == 0 ? $"A text of '{key}' is empty." : $"'{key}' names {TerminalText.Quoted(text.Value)} twice.", node);
                return null;
            }

            texts.Add(text.Value);
        }

        return texts.Count == 0 ? null : texts.ToImmutable();
    }

    private string? Text(YamlNode node, string key, TextShape shape)
    {
        if ((shape.IsLine ? ValueReader.Line(node, key, context) : ValueReader.Text(node, key, context)) is not { } text)
        {
            return null;
        }

        if (shape.Objection(text.Value) is not { } objection)
        {
            return text.Value;
        }

        context.Refuse(Codes.ValueMalformed, objection, node);
        return null;
    }

    private double? Number(YamlNode node, string key, NumberShape shape)
    {
        var number = ValueReader.Number(node, key, context);
        if (number is null || shape.Min is not { } min || number >= min)
        {
            return number;
        }

        context.Refuse(Codes.ValueOutOfRange, $"'{key}' must be at least {min}, found {ValueReader.Describe(node)}.", node);
        return null;
    }

    private string? Name(YamlNode node, string key, ImmutableArray<string> names)
    {
        if (ValueReader.Line(node, key, context) is not { } name)
        {
            return null;
        }

        if (names.Contains(name.Value))
        {
            return name.Value;
        }

        context.Refuse(
            Codes.ValueMalformed,
            $"'{key}' is {string.Join(" or ", names.Select(known => $"'{known}'"))}, not {TerminalText.Quoted(name.Value)}.{NearestName.Suggestion(name.Value, names)}",
            name.Span);
        return null;
    }
}
