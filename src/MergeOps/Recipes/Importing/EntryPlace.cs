using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>An entry with the mapping that holds it.</summary>
internal readonly record struct EntryPlace(YamlMapping Mapping, int Index)
{
    /// <summary>The entry.</summary>
    public YamlEntry Entry => Mapping.Entries[Index];

    /// <summary>Every entry of a tree in the order of the text.</summary>
    public static IEnumerable<EntryPlace> AllIn(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(
            (entry, index) => AllIn(entry.Value).Prepend(new EntryPlace(mapping, index))),
        YamlSequence list => list.Items.SelectMany(AllIn),
        _ => [],
    };

    /// <summary>The text without the entry; what remains has the same form.</summary>
    public string CutFrom(string text)
    {
        var (start, end) = (Entry.Key.Start, EndIn(text, Entry));
        if (text[Mapping.Start] == '{')
        {
            return Index + 1 < Mapping.Entries.Length ? text.Remove(start, Mapping.Entries[Index + 1].Key.Start - start)
                : Index > 0 ? Cut(text, EndIn(text, Mapping.Entries[Index - 1]), end)
                : Cut(text, start, end);
        }

        var line = text.LastIndexOf('\n', Math.Max(0, start - 1)) + 1;
        if (string.IsNullOrWhiteSpace(text[line..start]))
        {
            var next = text.IndexOf('\n', end);
            return Cut(text, line, next < 0 ? text.Length : next + 1);
        }

        // the first entry behind a list's dash
        return Index + 1 < Mapping.Entries.Length
            ? text.Remove(start, Mapping.Entries[Index + 1].Key.Start - start)
            : string.Concat(text.AsSpan(0, start), "{}", text.AsSpan(end));
    }

    private static string Cut(string text, int start, int end) => text.Remove(start, end - start);

    private static int EndIn(string text, YamlEntry entry)
    {
        var end = Math.Max(entry.Key.End + 1, entry.Value.End);
        while (char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return end;
    }
}
