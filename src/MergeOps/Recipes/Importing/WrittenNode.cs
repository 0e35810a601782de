using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>Writes nodes of a text once more, elsewhere in it, with what their aliases and merge keys stand for.</summary>
/// <param name="text">The text that holds them.</param>
internal sealed class WrittenNode(string text)
{
    /// <summary>The entries of a mapping with those that its merge keys bring: its own ones win, then later merge keys, and in a list of mappings the first.</summary>
    public static IEnumerable<YamlEntry> Entries(YamlMapping mapping)
    {
        var own = mapping.Entries.Where(entry => !entry.IsMerge).ToList();
        var names = own.Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal);
        return Merged(mapping).Where(entry => !names.Contains(entry.Key.Text)).Concat(own);
    }

    /// <summary>The entries that a mapping's merge keys bring, before its own ones are looked at.</summary>
    public static IEnumerable<YamlEntry> Merged(YamlMapping mapping)
    {
        var winners = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        foreach (var merge in mapping.Entries.Where(entry => entry.IsMerge))
        {
            foreach (var source in (SourcesOf(merge) ?? []).Reverse())
            {
                foreach (var entry in Entries(source))
                {
                    winners[entry.Key.Text] = entry;
                }
            }
        }

        return winners.Values;
    }

    /// <summary>The mappings that a merge key names; null when it names something else.</summary>
    public static IReadOnlyList<YamlMapping>? SourcesOf(YamlEntry merge) => Meant(merge.Value) switch
    {
        YamlMapping one => [one],
        YamlSequence list when list.Items.All(item => Meant(item) is YamlMapping) => [.. list.Items.Select(item => (YamlMapping)Meant(item))],
        _ => null,
    };

    /// <summary>What a node stands for.</summary>
    public static YamlNode Meant(YamlNode node) => node is YamlAlias alias ? alias.Target : node;

    /// <summary>A node in one line.</summary>
    public TracedText Flow(YamlNode node, TracedText? to = null)
    {
        to ??= new TracedText();
        switch (Meant(node))
        {
            case YamlScalar scalar:
                AddScalar(scalar, to, isFlow: true);
                break;
            case YamlSequence list:
                to.Add("[", list.Start);
                AddAll(list.Items, to, item => Flow(item, to));
                to.Add("]", list.Start);
                break;
            case YamlMapping mapping:
                to.Add("{", mapping.Start);
                AddAll(Entries(mapping), to, entry => FlowEntry(entry, to));
                to.Add("}", mapping.Start);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(node));
        }

        return to;
    }

    /// <summary>An entry in one line.</summary>
    public void FlowEntry(YamlEntry entry, TracedText to)
    {
        AddScalar(entry.Key, to, isFlow: true);
        Flow(entry.Value, to.Add(": ", entry.Key.Start));
    }

    /// <summary>What follows the colon of a key: a value behind it, or lines below it at an indentation.</summary>
    public TracedText BehindKey(YamlNode node, int indentation, TracedText? to = null)
    {
        to ??= new TracedText();
        var meant = Meant(node);
        if (IsLine(meant))
        {
            return OneLine(meant, to.Add(" ", meant.Start));
        }

        return Lines(meant, indentation, to.Add(NewLine(indentation), meant.Start));
    }

    /// <summary>An item of a list behind its dash; its further lines at an indentation.</summary>
    public TracedText Item(YamlNode node, int indentation, TracedText? to = null)
    {
        to ??= new TracedText();
        var meant = Meant(node);
        return IsLine(meant) || meant is YamlSequence ? OneLine(meant, to) : Lines(meant, indentation, to);
    }

    /// <summary>Entries on lines of their own, the first one where the text stands.</summary>
    public TracedText EntryLines(IEnumerable<YamlEntry> entries, int indentation, TracedText to)
    {
        var isFirst = true;
        foreach (var entry in entries)
        {
            AddScalar(entry.Key, isFirst ? to : to.Add(NewLine(indentation), entry.Key.Start), isFlow: false);
            BehindKey(entry.Value, indentation + 2, to.Add(":", entry.Key.Start));
            isFirst = false;
        }

        return to;
    }

    // a short list of values reads best in one line
    private static bool IsLine(YamlNode node) =>
        node is YamlScalar or YamlMapping { Entries: [] } || (node is YamlSequence list && list.Items.All(item => Meant(item) is YamlScalar));

    private TracedText OneLine(YamlNode node, TracedText to)
    {
        if (node is not YamlScalar scalar)
        {
            return Flow(node, to);
        }

        AddScalar(scalar, to, isFlow: false);
        return to;
    }

    private TracedText Lines(YamlNode node, int indentation, TracedText to)
    {
        if (node is YamlMapping mapping)
        {
            return EntryLines(Entries(mapping), indentation, to);
        }

        var isFirst = true;
        foreach (var item in ((YamlSequence)node).Items)
        {
            Item(item, indentation + 2, (isFirst ? to : to.Add(NewLine(indentation), item.Start)).Add("- ", item.Start));
            isFirst = false;
        }

        return to;
    }

    private void AddScalar(YamlScalar scalar, TracedText to, bool isFlow)
    {
        // an alias that stands as a key shows the name of its anchor
        var written = text.AsSpan(scalar.Start, scalar.End - scalar.Start);
        var isAlias = written.StartsWith("*");
        if (scalar is { IsPlain: true, Text: "" })
        {
            to.Add("null", scalar.Start);
        }
        else if (scalar.IsPlain && ScalarText.IsPlain(scalar.Text))
        {
            to.Add(scalar.Text, scalar.Start);
        }
        else if (!isAlias && !written.Contains('\n') && (written is ['"' or '\'', ..] || (scalar.IsPlain && !isFlow && scalar.Text.Length > 1)))
        {
            to.AddPart(text, scalar.Start, scalar.End);
        }
        else
        {
            to.Add(ScalarText.Quoted(scalar.Text), scalar.Start);
        }
    }

    private static string NewLine(int indentation) => "\n" + new string(' ', indentation);

    private static void AddAll<T>(IEnumerable<T> items, TracedText to, Action<T> add)
    {
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                to.Add(", ", to.Origins[^1]);
            }

            add(item);
            isFirst = false;
        }
    }
}
