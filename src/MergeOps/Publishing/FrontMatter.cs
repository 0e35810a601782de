using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeOps.Publishing;

/// <summary>The YAML block at the top of a model card, written by a serializer: every value is a quoted text, whatever it holds.</summary>
internal sealed class FrontMatter
{
    private readonly List<ParsingEvent> events = [new StreamStart(), new DocumentStart(), new MappingStart()];

    /// <summary>Adds a key of ours with one value.</summary>
    public FrontMatter Add(string key, string value)
    {
        events.Add(new Scalar(key));
        events.Add(Quoted(value));
        return this;
    }

    /// <summary>Adds a key of ours with a list; nothing when the list is empty.</summary>
    public FrontMatter Add(string key, IReadOnlyCollection<string> values)
    {
        if (values.Count > 0)
        {
            events.Add(new Scalar(key));
            events.Add(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Block));
            events.AddRange(values.Select(Quoted));
            events.Add(new SequenceEnd());
        }

        return this;
    }

    /// <summary>The block with its two rulers.</summary>
    public override string ToString()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, EmitterSettings.Default.WithBestWidth(int.MaxValue).WithNewLine("\n"));
        foreach (var item in events.Append(new MappingEnd()).Append(new DocumentEnd(isImplicit: true)).Append(new StreamEnd()))
        {
            emitter.Emit(item);
        }

        return $"---\n{text.ToString().TrimEnd('\n')}\n---\n";
    }

    private static Scalar Quoted(string value) =>
        new(AnchorName.Empty, TagName.Empty, value, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true);
}
