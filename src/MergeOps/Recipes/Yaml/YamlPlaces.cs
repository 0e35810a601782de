using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeOps.Recipes.Yaml;

/// <summary>Where nodes begin and end in the text, which YamlDotNet's events tell only roughly.</summary>
internal sealed class YamlPlaces(SourceText source)
{
    /// <summary>The anchor of a node, which stands before it on the same line or above; null when it has none.</summary>
    public static YamlAnchor? AnchorOf(ParsingEvent parsed)
    {
        if (parsed is not NodeEvent { Anchor.IsEmpty: false } named)
        {
            return null;
        }

        var start = (int)parsed.Start.Index;
        return new(named.Anchor.Value, start, start + 1 + named.Anchor.Value.Length);
    }

    /// <summary>Where a node itself begins, behind its anchor.</summary>
    public int StartOf(ParsingEvent parsed)
    {
        if (AnchorOf(parsed) is not { } anchor)
        {
            return (int)parsed.Start.Index;
        }

        var start = anchor.End;
        while (start < source.Text.Length && (char.IsWhiteSpace(source.Text[start]) || source.Text[start] == '#'))
        {
            start = source.Text[start] == '#' ? Math.Max(source.Text.IndexOf('\n', start), start + 1) : start + 1;
        }

        return parsed is Scalar { Style: ScalarStyle.Plain, Value.Length: 0 } ? anchor.End : Math.Min(start, source.Text.Length);
    }

    /// <summary>Where a list or mapping as key begins: it is written after <c>? </c>.</summary>
    public int KeyMark(int start)
    {
        var before = source.Text.AsSpan(0, start).TrimEnd(' ');
        return before.EndsWith("?") ? before.Length - 1 : start;
    }

    /// <summary>Where a list or mapping ends: of a block only the next token tells, which may stand lines below, of brackets the event comes before they close.</summary>
    /// <param name="end">The event that ends it.</param>
    /// <param name="last">The last node in it; null when it is empty.</param>
    public int EndOf(ParsingEvent end, YamlNode? last)
    {
        var index = (int)end.End.Index;
        var isBracket = index < source.Text.Length && source.Text[index] is ']' or '}';
        return isBracket ? index + 1 : last?.End ?? index;
    }
}
