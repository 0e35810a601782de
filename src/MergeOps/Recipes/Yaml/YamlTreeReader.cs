using System.Collections.Immutable;
using MergeOps.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeOps.Recipes.Yaml;

/// <summary>
/// Pulls YamlDotNet's events into a tree of our own and stops at the first thing that a recipe may not hold:
/// broken syntax, aliases, tags, keys that are no text, or more than the limits.
/// </summary>
internal sealed class YamlTreeReader
{
    // what the parser gives to a node without a tag
    private const string Untagged = "?";

    private readonly SourceText source;
    private readonly Parser parser;
    private readonly Stack<int> brackets = new();
    private int nodes;

    private YamlTreeReader(SourceText source)
    {
        this.source = source;
        parser = new Parser(new Scanner(new StringReader(source.Text), skipComments: true));
    }

    /// <summary>The first document's root; null when there is none or when it was refused.</summary>
    public static YamlNode? Read(SourceText source, DiagnosticBag diagnostics)
    {
        try
        {
            return new YamlTreeReader(source).ReadStream(diagnostics);
        }
        catch (Refused refused)
        {
            diagnostics.Add(refused.Diagnostic);
        }

        return null;
    }

    private YamlNode? ReadStream(DiagnosticBag diagnostics)
    {
        Next<StreamStart>();
        if (Next() is not DocumentStart start)
        {
            return null;
        }

        RefuseDirectives(start);
        var root = ReadNode(Next(), depth: 1);
        Next<DocumentEnd>();
        if (Next() is DocumentStart second)
        {
            diagnostics.Error(
                Codes.YamlNotUsed,
                "A recipe file holds one YAML document for now, and a second one starts here. "
                + "Give each stage of a mergekit-multi file a file of its own.",
                source.Span((int)second.Start.Index, (int)second.End.Index));
        }

        return root;
    }

    private void RefuseDirectives(DocumentStart start)
    {
        if (start.Version is { } version && version.Version is not { Major: 1, Minor: 2 })
        {
            throw Refuse(Codes.YamlNotUsed, "Recipes are read as YAML 1.2. Remove the directive.", start);
        }
    }

    private YamlNode ReadNode(ParsingEvent parsed, int depth)
    {
        if (++nodes > YamlLimits.Nodes)
        {
            throw Refuse(Codes.RecipeTooLarge, $"A recipe has at most {YamlLimits.Nodes} keys and values.", parsed);
        }

        if (parsed is NodeEvent { Tag.IsEmpty: false } tagged && tagged.Tag.Value != Untagged)
        {
            throw Refuse(Codes.YamlNotUsed, "YAML tags ('!...') are not allowed in recipes.", parsed);
        }

        return parsed switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart when depth <= YamlLimits.Depth => ReadSequence(parsed, depth),
            MappingStart when depth <= YamlLimits.Depth => ReadMapping(parsed, depth),
            SequenceStart or MappingStart => throw Refuse(
                Codes.RecipeTooLarge, $"Lists and mappings nest deeper than {YamlLimits.Depth} levels here.", parsed),
            AnchorAlias => throw Refuse(
                Codes.YamlNotUsed, "YAML aliases ('*name') are not allowed in recipes. Write the value out.", parsed),
            _ => throw Unexpected(parsed),
        };
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        if (scalar.Value.Length > YamlLimits.ScalarLength)
        {
            throw Refuse(
                Codes.RecipeTooLarge,
                $"This value is {scalar.Value.Length} characters long, the limit is {YamlLimits.ScalarLength}.",
                scalar);
        }

        return new(scalar.Value, scalar.Style is ScalarStyle.Plain, (int)scalar.Start.Index, (int)scalar.End.Index);
    }

    private YamlSequence ReadSequence(ParsingEvent start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        brackets.Push((int)start.Start.Index);
        ParsingEvent parsed;
        while ((parsed = Next()) is not SequenceEnd)
        {
            items.Add(ReadNode(parsed, depth + 1));
        }

        brackets.Pop();

        return new(items.ToImmutable(), (int)start.Start.Index, EndOf(parsed, items.Count > 0 ? items[^1] : null));
    }

    private YamlMapping ReadMapping(ParsingEvent start, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        brackets.Push((int)start.Start.Index);
        ParsingEvent parsed;
        while ((parsed = Next()) is not MappingEnd)
        {
            var key = ReadKey(parsed, depth);
            entries.Add(new(key, ReadNode(Next(), depth + 1)));
        }

        brackets.Pop();

        return new(entries.ToImmutable(), (int)start.Start.Index, EndOf(parsed, entries.Count > 0 ? entries[^1].Value : null));
    }

    private YamlScalar ReadKey(ParsingEvent parsed, int depth)
    {
        if (parsed is SequenceStart or MappingStart)
        {
            throw new Refused(Diagnostic.Error(Codes.YamlNotUsed, "A key must be plain text.", source.Character(KeyMark((int)parsed.Start.Index))));
        }

        var key = (YamlScalar)ReadNode(parsed, depth + 1);
        if (key is { Text: "<<", IsPlain: true })
        {
            throw Refuse(Codes.YamlNotUsed, "YAML merge keys ('<<') are not allowed in recipes. Write the values out.", parsed);
        }

        return key;
    }

    // a list or mapping as key is written after '? '
    private int KeyMark(int start)
    {
        var before = source.Text.AsSpan(0, start).TrimEnd(' ');
        return before.EndsWith("?") ? before.Length - 1 : start;
    }

    // the end of a block is found only at the next token, which may stand lines below; that of brackets before they close
    private int EndOf(ParsingEvent end, YamlNode? last)
    {
        var index = (int)end.End.Index;
        var isBracket = index < source.Text.Length && source.Text[index] is ']' or '}';
        return isBracket ? index + 1 : last?.End ?? index;
    }

    private ParsingEvent Next()
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
            throw new Refused(SyntaxMistake.Explain(mistake.Message, (int)mistake.Start.Index, brackets, source));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // so YamlDotNet 18.1.0 ends on a bracket that is open at the next key, and on some tags
            throw new Refused(SyntaxMistake.Explain("Nothing that YAML knows", (int)(parser.Current?.End.Index ?? 0), brackets, source));
        }

        throw new InvalidOperationException("events were asked for after the end of the stream");
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is not T)
        {
            throw Unexpected(parser.Current!);
        }
    }

    // a ':' without a key makes YamlDotNet 18.1.0 end a mapping between a key and its value
    private Refused Unexpected(ParsingEvent parsed) => Refuse(Codes.NotYaml, "A key or its value is missing here.", parsed);

    private Refused Refuse(DiagnosticCode code, string detail, ParsingEvent place) =>
        new(Diagnostic.Error(code, detail, source.Span((int)place.Start.Index, (int)place.End.Index)));

    /// <summary>Ends the reading of a document; never leaves this class.</summary>
#pragma warning disable CA1064 // private by intent: it is a jump out of the recursion
    private sealed class Refused(Diagnostic diagnostic) : Exception
#pragma warning restore CA1064
    {
        public Diagnostic Diagnostic { get; } = diagnostic;
    }
}
