using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace MergeOps.Recipes.Yaml;

/// <summary>
/// The anchors between brackets. YamlDotNet 18.1.0 reads <c>{a: &amp;x 1, b: 2}</c> as a bracket that is never closed, so
/// it is given spaces in their place, which mean nothing there.
/// </summary>
internal sealed class FlowAnchors
{
    private readonly Queue<YamlAnchor> anchors = new();

    /// <summary>Finds those of a text.</summary>
    public FlowAnchors(string text)
    {
        Text = text;
        if (!text.Contains('&', StringComparison.Ordinal))
        {
            return;
        }

        foreach (var anchor in Find(text))
        {
            anchors.Enqueue(anchor);
        }

        var blanked = text.ToCharArray();
        foreach (var anchor in anchors)
        {
            blanked.AsSpan(anchor.Start, anchor.End - anchor.Start).Fill(' ');
        }

        Text = new string(blanked);
    }

    /// <summary>The text with spaces in their place.</summary>
    public string Text { get; }

    /// <summary>The anchor of a node that begins at an offset; null when it has none. Nodes are asked for in the order of the text.</summary>
    /// <param name="start">Where the node begins; for one that is not written, somewhere behind what stands before it.</param>
    public YamlAnchor? Take(int start) =>
        anchors.TryPeek(out var next) && (next.Start < start || Text.AsSpan(start, next.Start - start).IsWhiteSpace())
            ? anchors.Dequeue()
            : null;

    // what the scanner cannot read the parser will not read either, and says so
    private static List<YamlAnchor> Find(string text)
    {
        var found = new List<YamlAnchor>();
        var scanner = new Scanner(new StringReader(text), skipComments: true);
        var level = 0;
        try
        {
            // of broken text it may give tokens for ever; each true one takes a character or ends a block
            for (var tokens = 0; tokens <= 2 * text.Length && scanner.MoveNext(); tokens++)
            {
                level += scanner.Current switch
                {
                    FlowMappingStart or FlowSequenceStart => 1,
                    FlowMappingEnd or FlowSequenceEnd => -1,
                    _ => 0,
                };
                if (level > 0 && scanner.Current is Anchor anchor)
                {
                    found.Add(new(anchor.Value.Value, (int)anchor.Start.Index, (int)anchor.End.Index));
                }
            }
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException)
        {
            return found;
        }

        return found;
    }
}
