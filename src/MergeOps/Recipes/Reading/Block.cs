using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>A mapping with fixed keys: repeated, unknown and misplaced keys are reported as it is opened.</summary>
internal sealed class Block
{
    private readonly ReadingContext context;
    private readonly YamlMapping mapping;
    private readonly Dictionary<string, YamlEntry> entries = new(StringComparer.Ordinal);

    private Block(YamlMapping mapping, BlockDeclaration declaration, ReadingContext context)
    {
        (this.context, this.mapping) = (context, mapping);
        foreach (var entry in mapping.Entries)
        {
            Add(entry, declaration);
        }
    }

    /// <summary>Parameters that stand beside <c>parameters</c> instead of within; already reported.</summary>
    public List<YamlEntry> MisplacedParameters { get; } = [];

    /// <summary>The mapping itself.</summary>
    public YamlNode Node => mapping;

    /// <summary>The place of the whole mapping.</summary>
    public SourceSpan Span => context.SpanOf(mapping);

    /// <summary>The place of its first character, where what is missing is reported.</summary>
    public SourceSpan Start => context.StartOf(mapping);

    /// <summary>Opens a mapping; null, with an error, when the node is something else.</summary>
    public static Block? Open(YamlNode node, BlockDeclaration declaration, ReadingContext context)
    {
        if (node is YamlMapping mapping)
        {
            return new(mapping, declaration, context);
        }

        var hint = node is YamlScalar && declaration.Names.Contains("model") ? $" Did you mean 'model: {context.TextOf(node)}'?" : "";
        context.Refuse(
            Codes.ValueMalformed,
            $"Expected 'key: value' lines with the keys {declaration.NameList}, found {ValueReader.Describe(node)}.{hint}",
            node);
        return null;
    }

    /// <summary>The value of a key; null when the key is absent or has no value.</summary>
    public YamlNode? Find(string key) =>
        entries.TryGetValue(key, out var entry) && !CoreSchema.IsNull(entry.Value) ? entry.Value : null;

    /// <summary>The value of a key; null when the key is absent, and with an error when it stands there without a value, where that would allow more than was meant.</summary>
    public YamlNode? FindFilled(string key) => KeyOf(key) is null ? null : Require(key);

    /// <summary>The key itself, also when it has no value.</summary>
    public YamlScalar? KeyOf(string key) => entries.GetValueOrDefault(key)?.Key;

    /// <summary>The value of a key that must be there; null, with an error, when it is not.</summary>
    public YamlNode? Require(string key)
    {
        if (Find(key) is { } value)
        {
            return value;
        }

        if (KeyOf(key) is { } empty)
        {
            context.Refuse(Codes.KeyMissing, $"'{key}' has no value.", empty);
        }
        else
        {
            context.Refuse(Codes.KeyMissing, $"'{key}' is missing here.", Start);
        }

        return null;
    }

    private void Add(YamlEntry entry, BlockDeclaration declaration)
    {
        var name = declaration.Names.Contains(entry.Key.Text)
            ? entry.Key.Text
            : UnknownKeys.Report(entry, mapping, declaration, this, context);

        if (name is not null && !entries.TryAdd(name, entry) && name == entry.Key.Text)
        {
            var first = context.SpanOf(entries[name].Key).Line;
            context.Error(Codes.KeyRepeated, $"'{name}' is already on line {first}. Keep one of the two.", entry.Key);
        }
    }
}
