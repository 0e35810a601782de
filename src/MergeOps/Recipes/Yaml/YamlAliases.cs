namespace MergeOps.Recipes.Yaml;

/// <summary>How large a part of a document is, aliases written out.</summary>
/// <param name="Nodes">Mappings, lists, keys and values together.</param>
/// <param name="Characters">Characters of the values.</param>
/// <param name="Depth">The deepest level of a mapping or list; of a part counted from its own level as 1, and 0 for a single value.</param>
internal readonly record struct YamlSize(long Nodes, long Characters, int Depth)
{
    /// <summary>Both together, at the deeper level of the two.</summary>
    public YamlSize With(YamlSize more) => new(Nodes + more.Nodes, Characters + more.Characters, Math.Max(Depth, more.Depth));

    /// <summary>What came after <paramref name="before"/>, as a part that began at a level.</summary>
    public YamlSize Since(YamlSize before, int level) => new(Nodes - before.Nodes, Characters - before.Characters, Depth - level + 1);

    /// <summary>The part put at a level.</summary>
    public YamlSize Below(int level) => this with { Depth = level + Depth - 1 };
}

/// <summary>The anchors of a document that were read so far.</summary>
internal sealed class YamlAliases
{
    private readonly Dictionary<string, (YamlNode Node, YamlSize Size)> known = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);

    /// <summary>Whether a node is being read that has this anchor.</summary>
    public bool IsOpen(string name) => open.Contains(name);

    /// <summary>Begins a node with an anchor; false when the name is taken.</summary>
    public bool Open(YamlAnchor anchor) => !known.ContainsKey(anchor.Name) && open.Add(anchor.Name);

    /// <summary>Ends it.</summary>
    public void Close(YamlNode node, YamlSize size)
    {
        open.Remove(node.Anchor!.Name);
        known.Add(node.Anchor.Name, (node, size));
    }

    /// <summary>The node of an anchor with its size; null when none above has it.</summary>
    public (YamlNode Node, YamlSize Size)? Find(string name) => known.TryGetValue(name, out var found) ? found : null;
}
