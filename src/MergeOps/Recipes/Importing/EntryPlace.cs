using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>An entry with the mapping that holds it.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Index">Which of its entries.</param>
/// <param name="Holder">The key under which the mapping stands, or null.</param>
internal readonly record struct EntryPlace(YamlMapping Mapping, int Index, YamlScalar? Holder = null)
{
    /// <summary>The entry.</summary>
    public YamlEntry Entry => Mapping.Entries[Index];

    /// <summary>Every entry of a tree in the order of the text.</summary>
    public static IEnumerable<EntryPlace> AllIn(YamlNode node, YamlScalar? holder = null) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(
            (entry, index) => AllIn(entry.Value, entry.Key).Prepend(new EntryPlace(mapping, index, holder))),
        YamlSequence list => list.Items.SelectMany(item => AllIn(item)),
        _ => [],
    };

    /// <summary>Takes entries out of a mapping; what remains has the same form.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="dead">Which of its entries.</param>
    /// <param name="text">The text that holds them.</param>
    public static IEnumerable<TextEdit> Cut(YamlMapping mapping, IReadOnlySet<int> dead, string text)
    {
        for (var first = 0; first < mapping.Entries.Length; first++)
        {
            if (!dead.Contains(first))
            {
                continue;
            }

            var last = first;
            while (dead.Contains(last + 1))
            {
                last++;
            }

            yield return CutRun(mapping, first, last, text);
            first = last;
        }
    }

    /// <summary>The position after an entry, without the white space behind it.</summary>
    public static int EndOf(YamlEntry entry, string text)
    {
        var end = Math.Max(entry.Key.End + 1, entry.Value.End);
        while (char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private static TextEdit CutRun(YamlMapping mapping, int first, int last, string text)
    {
        var (start, end) = (mapping.Entries[first].Key.Start, EndOf(mapping.Entries[last], text));
        var next = last + 1 < mapping.Entries.Length ? mapping.Entries[last + 1].Key.Start : (int?)null;
        if (text[mapping.Start] == '{')
        {
            return next is { } follower ? TextEdit.Cut(start, follower)
                : TextEdit.Cut(first > 0 ? EndOf(mapping.Entries[first - 1], text) : start, end);
        }

        var line = text.LastIndexOf('\n', Math.Max(0, start - 1)) + 1;
        if (string.IsNullOrWhiteSpace(text[line..start]))
        {
            var lineEnd = text.IndexOf('\n', end);
            return TextEdit.Cut(line, lineEnd < 0 ? text.Length : lineEnd + 1);
        }

        // the first entry behind a list's dash
        return next is { } sibling ? TextEdit.Cut(start, sibling) : new TextEdit(start, end, new TracedText().Add("{}", start));
    }
}
