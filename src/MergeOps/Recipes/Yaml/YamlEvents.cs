using MergeOps.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeOps.Recipes.Yaml;

/// <summary>YamlDotNet's events one after the other; what it cannot read is refused in words of our own, at its place.</summary>
internal sealed class YamlEvents
{
    private readonly SourceText source;
    private readonly FlowAnchors flowAnchors;
    private readonly Parser parser;
    private readonly Stack<int> brackets = new();

    /// <summary>Stands before the first event.</summary>
    public YamlEvents(SourceText source)
    {
        this.source = source;
        flowAnchors = new FlowAnchors(source.Text);
        parser = new Parser(new Scanner(new StringReader(flowAnchors.Text), skipComments: true));
    }

    /// <summary>The next event.</summary>
    /// <exception cref="YamlRefusal">The text is not YAML.</exception>
    public ParsingEvent Next()
    {
        try
        {
            if (parser.MoveNext())
            {
                return parser.Current!;
            }
        }
        catch (YamlException mistake)
        {
            throw new YamlRefusal(SyntaxMistake.Explain(mistake.Message, (int)mistake.Start.Index, brackets, source));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // so YamlDotNet 18.1.0 ends on a bracket that is open at the next key, and on some tags
            throw new YamlRefusal(SyntaxMistake.Explain("Nothing that YAML knows", (int)(parser.Current?.End.Index ?? 0), brackets, source));
        }

        throw new InvalidOperationException("events were asked for after the end of the stream");
    }

    /// <summary>Goes past an event that must be of a kind.</summary>
    public void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is not T)
        {
            throw Unexpected(parser.Current!);
        }
    }

    /// <summary>Remembers where a list or a mapping begins, for messages about its end.</summary>
    public void Open(int start) => brackets.Push(start);

    /// <summary>The innermost list or mapping has ended.</summary>
    public void Close() => brackets.Pop();

    /// <summary>The anchor that stands before a flow value, which YamlDotNet does not tell.</summary>
    public YamlAnchor? TakeAnchor(int start) => flowAnchors.Take(start);

    /// <summary>A refusal at an event.</summary>
    public YamlRefusal Refuse(DiagnosticCode code, string detail, ParsingEvent place) =>
        new(Diagnostic.Error(code, detail, source.Span((int)place.Start.Index, (int)place.End.Index)));

    /// <summary>A refusal of an event that cannot stand where it does.</summary>
    // a ':' without a key makes YamlDotNet 18.1.0 end a mapping between a key and its value
    public YamlRefusal Unexpected(ParsingEvent parsed) => Refuse(Codes.NotYaml, "A key or its value is missing here.", parsed);
}

/// <summary>Ends the reading of a document: a jump out of the recursion to <see cref="YamlTreeReader"/>, which nobody else sees.</summary>
internal sealed class YamlRefusal(Diagnostic diagnostic) : Exception
{
    /// <summary>Why.</summary>
    public Diagnostic Diagnostic { get; } = diagnostic;
}
