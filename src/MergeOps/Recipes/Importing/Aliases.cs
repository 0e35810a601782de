using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>Writes out what the aliases and merge keys of a recipe stand for; the rest of the text stays as its author wrote it.</summary>
internal static class Aliases
{
    /// <summary>The text without anchors, aliases and merge keys; a note says that there were some.</summary>
    /// <param name="text">The text.</param>
    /// <param name="found">Takes the note, and an error for an alias that stands for nothing or for too much.</param>
    public static ImportedText WriteOut(ImportedText text, DiagnosticBag found)
    {
        var mistakes = new DiagnosticBag();
        var documents = YamlTreeReader.ReadAllWithAliases(text.Now, mistakes);
        foreach (var mistake in mistakes)
        {
            found.Add(mistake with { Span = mistake.Span is { } place ? text.PlaceOf(place) : null });
        }

        var writer = new Writer(text.Now.Text, mergeMistake =>
            found.Error(Codes.YamlNotUsed, "'<<' takes a mapping or a list of mappings.", text.PlaceOf(mergeMistake.Key.Start, mergeMistake.Key.End)));
        foreach (var root in documents)
        {
            writer.Visit(root, isFlow: false);
        }

        if (writer.Uses > 0)
        {
            found.Note(
                Codes.ChangedByImport,
                writer.Uses == 1 ? "One YAML alias or merge key is written out." : $"{writer.Uses} YAML aliases and merge keys are written out.",
                text.PlaceOf(writer.First, writer.First + 1));
        }

        return text.With(writer.Edits);
    }

    private sealed class Writer(string text, Action<YamlEntry> refuse)
    {
        private readonly WrittenNode written = new(text);

        public List<TextEdit> Edits { get; } = [];

        public int Uses { get; private set; }

        public int First { get; private set; }

        public void Visit(YamlNode node, bool isFlow)
        {
            DropAnchor(node);
            switch (node)
            {
                case YamlAlias alias:
                    Use(alias.Start);
                    Edits.Add(new(alias.Start, alias.End, isFlow ? written.Flow(alias) : written.Item(alias, ColumnOf(alias.Start))));
                    break;
                case YamlSequence list:
                    foreach (var item in list.Items)
                    {
                        Visit(item, isFlow || text[list.Start] == '[');
                    }

                    break;
                case YamlMapping mapping:
                    VisitEntries(mapping, isFlow || text[mapping.Start] == '{');
                    break;
            }
        }

        private void VisitEntries(YamlMapping mapping, bool isFlow)
        {
            var merges = mapping.Entries.Where(entry => entry.IsMerge).ToList();
            if (merges.Exists(merge => WrittenNode.SourcesOf(merge) is null))
            {
                merges.Where(merge => WrittenNode.SourcesOf(merge) is null).ToList().ForEach(refuse);
                return;
            }

            foreach (var entry in mapping.Entries.Where(entry => !entry.IsMerge))
            {
                VisitKey(entry.Key, isFlow);
                if (entry.Value is YamlAlias { Target: not YamlScalar } alias && !isFlow)
                {
                    // the lines of a mapping or list begin below its key
                    Use(alias.Start);
                    var colon = text.AsSpan(0, alias.Start).TrimEnd().Length;
                    Edits.Add(new(colon, alias.End, written.BehindKey(alias, ColumnOf(entry.Key.Anchor?.Start ?? entry.Key.Start) + 2)));
                }
                else
                {
                    Visit(entry.Value, isFlow);
                }
            }

            WriteMerges(mapping, merges, isFlow);
        }

        private void VisitKey(YamlScalar key, bool isFlow)
        {
            DropAnchor(key);
            if (text[key.Start] == '*')
            {
                Use(key.Start);
                Edits.Add(new(key.Start, key.End, isFlow ? written.Flow(key) : written.Item(key, 0)));
            }
        }

        // all of them where the first one stands
        private void WriteMerges(YamlMapping mapping, List<YamlEntry> merges, bool isFlow)
        {
            if (merges.Count == 0)
            {
                return;
            }

            merges.ForEach(merge => Use(merge.Key.Start));
            var own = mapping.Entries.Where(entry => !entry.IsMerge).Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal);
            var entries = WrittenNode.Merged(mapping).Where(entry => !own.Contains(entry.Key.Text)).ToList();
            var staysEmpty = entries.Count == 0 && own.Count == 0;
            var rest = entries.Count == 0 && !staysEmpty ? merges : merges[1..];
            Edits.AddRange(EntryPlace.Cut(mapping, rest.Select(merge => mapping.Entries.IndexOf(merge)).ToHashSet(), text));
            if (entries.Count > 0 || staysEmpty)
            {
                var to = new TracedText();
                if (staysEmpty)
                {
                    to.Add(isFlow ? "" : "{}", merges[0].Key.Start);
                }
                else if (isFlow)
                {
                    for (var i = 0; i < entries.Count; i++)
                    {
                        written.FlowEntry(entries[i], i == 0 ? to : to.Add(", ", entries[i].Key.Start));
                    }
                }
                else
                {
                    written.EntryLines(entries, ColumnOf(merges[0].Key.Start), to);
                }

                Edits.Add(new(merges[0].Key.Start, EntryPlace.EndOf(merges[0], text), to));
            }
        }

        private void DropAnchor(YamlNode node)
        {
            if (node.Anchor is not { } anchor)
            {
                return;
            }

            var end = anchor.End;
            while (end < text.Length && text[end] == ' ')
            {
                end++;
            }

            // at the end of a line the space before it goes too
            var start = end < text.Length && text[end] != '\n' ? anchor.Start : text.AsSpan(0, anchor.Start).TrimEnd(' ').Length;
            Edits.Add(TextEdit.Cut(start, end));
        }

        private void Use(int start) => (Uses, First) = (Uses + 1, Uses == 0 ? start : Math.Min(First, start));

        private int ColumnOf(int offset) => offset - (text.LastIndexOf('\n', Math.Max(0, offset - 1)) + 1);
    }
}
