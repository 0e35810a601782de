using System.Collections.Immutable;

namespace MergeOps.Recipes.Yaml;

/// <summary>A node of a document; offsets are UTF-16 units from the start of its text.</summary>
/// <param name="Start">The first character.</param>
/// <param name="End">The position after the last character.</param>
internal abstract record YamlNode(int Start, int End)
{
    /// <summary>The name by which aliases mean this node; null when it has none. It stands before <see cref="Start"/>.</summary>
    public YamlAnchor? Anchor { get; init; }

    /// <summary>The text in which it stands: trees can be put together from several. Null where whoever made the node did not say; it is then the text that is being read.</summary>
    public SourceText? Source { get; init; }
}

/// <summary>A name before a node, written <c>&amp;name</c>.</summary>
internal sealed record YamlAnchor(string Name, int Start, int End);

/// <summary>A repetition of an earlier node, written <c>*name</c>; only trees that keep aliases have them.</summary>
/// <param name="Target">The node that is meant.</param>
/// <param name="Start">The first character.</param>
/// <param name="End">The position after the last character.</param>
internal sealed record YamlAlias(YamlNode Target, int Start, int End) : YamlNode(Start, End);

/// <summary>A single value.</summary>
/// <param name="Text">The value without quotes, escapes resolved.</param>
/// <param name="IsPlain">Whether it stands without quotes and outside a block, so that it may be a number, a flag or null.</param>
/// <param name="Start">The first character.</param>
/// <param name="End">The position after the last character.</param>
internal sealed record YamlScalar(string Text, bool IsPlain, int Start, int End) : YamlNode(Start, End);

/// <summary>A list.</summary>
internal sealed record YamlSequence(ImmutableArray<YamlNode> Items, int Start, int End) : YamlNode(Start, End);

/// <summary>A mapping; keys may repeat, whoever reads it decides.</summary>
internal sealed record YamlMapping(ImmutableArray<YamlEntry> Entries, int Start, int End) : YamlNode(Start, End);

/// <summary>A key with its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value)
{
    /// <summary>Whether the value is a mapping, or several, whose entries belong here.</summary>
    public bool IsMerge => Key is { Text: "<<", IsPlain: true };
}
