using System.Collections.Immutable;
using MergeOps.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MergeOps.Recipes.Yaml;

/// <summary>
/// Pulls YamlDotNet's events into a tree of our own and stops at the first thing that a recipe may not hold:
/// broken syntax, aliases (unless they are kept), tags, keys that are no text, or more than the limits. What an alias
/// stands for counts as if it were written out.
/// </summary>
internal sealed class YamlTreeReader
{
    // what the parser gives to a node without a tag
    private const string Untagged = "?";

    private readonly SourceText source;
    private readonly YamlPlaces places;
    private readonly YamlEvents events;
    private readonly string wayOut;
    private YamlAliases? aliases;
    private YamlSize read;

    private YamlTreeReader(SourceText source, YamlAliases? aliases, string wayOut)
    {
        (this.source, this.aliases, this.wayOut) = (source, aliases, wayOut);
        places = new YamlPlaces(source);
        events = new YamlEvents(source);
    }

    /// <summary>The root of the only document; null when there is none, or when it was refused.</summary>
    /// <param name="source">The text.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="wayOut">What to do about an alias, as a sentence.</param>
    public static YamlNode? Read(SourceText source, DiagnosticBag diagnostics, string wayOut = "Write the value out.")
    {
        var documents = ReadAll(source, diagnostics, wayOut);
        if (documents.Length > 1)
        {
            diagnostics.Error(Codes.YamlNotUsed, "This file holds one YAML document; a second one starts here.", source.Span(documents[1].Start, documents[1].Start));
        }

        return documents.FirstOrDefault();
    }

    /// <summary>The roots of the documents that are not empty, in their order; none when one was refused.</summary>
    /// <param name="source">The text.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    /// <param name="wayOut">What to do about an alias, as a sentence.</param>
    public static ImmutableArray<YamlNode> ReadAll(SourceText source, DiagnosticBag diagnostics, string wayOut = "Write the value out.") =>
        Read(new YamlTreeReader(source, null, wayOut), diagnostics);

    /// <summary>The roots of the documents with their aliases and merge keys; none when one was refused.</summary>
    public static ImmutableArray<YamlNode> ReadAllWithAliases(SourceText source, DiagnosticBag diagnostics) =>
        Read(new YamlTreeReader(source, new YamlAliases(), ""), diagnostics);

    private static ImmutableArray<YamlNode> Read(YamlTreeReader reader, DiagnosticBag diagnostics)
    {
        try
        {
            return reader.ReadStream();
        }
        catch (YamlRefusal refused)
        {
            diagnostics.Add(refused.Diagnostic);
        }

        return [];
    }

    private ImmutableArray<YamlNode> ReadStream()
    {
        var documents = new List<YamlNode>();
        events.Next<StreamStart>();
        while (events.Next() is DocumentStart start)
        {
            RefuseDirectives(start);
            documents.Add(ReadNode(events.Next(), depth: 1));
            events.Next<DocumentEnd>();
            // each document has anchors of its own
            aliases = aliases is null ? null : new YamlAliases();
        }

        ImmutableArray<YamlNode> filled = [.. documents.Where(root => !CoreSchema.IsNull(root))];
        return filled.IsEmpty ? [.. documents.Take(1)] : filled;
    }

    private void RefuseDirectives(DocumentStart start)
    {
        if (start.Version is { } version && version.Version is not { Major: 1, Minor: 2 })
        {
            throw events.Refuse(Codes.YamlNotUsed, "Recipes are read as YAML 1.2. Remove the directive.", start);
        }
    }

    private YamlNode ReadNode(ParsingEvent parsed, int depth)
    {
        if (parsed is AnchorAlias alias)
        {
            return ReadAlias(alias, depth);
        }

        var anchor = YamlPlaces.AnchorOf(parsed) ?? events.TakeAnchor((int)parsed.Start.Index);
        if (anchor is null || aliases is null)
        {
            return ReadValue(parsed, anchor, depth);
        }

        if (!aliases.Open(anchor))
        {
            throw events.Refuse(Codes.YamlNotUsed, $"There is already an anchor {TerminalText.Quoted("&" + anchor.Name)} above, and mergekit refuses a second one.", parsed);
        }

        var before = read;
        read = read with { Depth = 0 };
        var node = ReadValue(parsed, anchor, depth);
        aliases.Close(node, read.Since(before, depth));
        read = read with { Depth = Math.Max(read.Depth, before.Depth) };
        return node;
    }

    private YamlNode ReadValue(ParsingEvent parsed, YamlAnchor? anchor, int depth)
    {
        Count(new(1, 0, parsed is SequenceStart or MappingStart ? depth : depth - 1), parsed);
        if (parsed is NodeEvent { Tag.IsEmpty: false } tagged && tagged.Tag.Value != Untagged)
        {
            throw events.Refuse(Codes.YamlNotUsed, "YAML tags ('!...') are not allowed in recipes.", parsed);
        }

        return parsed switch
        {
            Scalar scalar => ReadScalar(scalar) with { Anchor = anchor, Source = source },
            SequenceStart => ReadSequence(parsed, depth) with { Anchor = anchor, Source = source },
            MappingStart => ReadMapping(parsed, depth) with { Anchor = anchor, Source = source },
            _ => throw events.Unexpected(parsed),
        };
    }

    private YamlAlias ReadAlias(AnchorAlias alias, int depth)
    {
        if (aliases is null)
        {
            throw events.Refuse(Codes.YamlNotUsed, $"YAML aliases ('*name') are not allowed in recipes. {wayOut}", alias);
        }

        var name = alias.Value.Value;
        if (aliases.Find(name) is not { } found)
        {
            throw events.Refuse(
                Codes.YamlNotUsed,
                aliases.IsOpen(name) ? $"The alias {TerminalText.Quoted("*" + name)} refers to something that contains it." : $"There is no anchor {TerminalText.Quoted("&" + name)} above.",
                alias);
        }

        Count(found.Size.Below(depth), alias);
        return new(found.Node, (int)alias.Start.Index, (int)alias.End.Index);
    }

    private void Count(YamlSize more, ParsingEvent place)
    {
        read = read.With(more);
        if (read.Nodes > YamlLimits.Nodes || read.Characters > YamlLimits.FileBytes)
        {
            throw events.Refuse(
                Codes.RecipeTooLarge,
                read.Nodes > YamlLimits.Nodes
                    ? $"A recipe may have at most {YamlLimits.Nodes} keys and values."
                    : $"A recipe may have at most {YamlLimits.FileBytes:N0} characters, aliases written out.",
                place);
        }

        if (read.Depth > YamlLimits.Depth)
        {
            throw events.Refuse(Codes.RecipeTooLarge, $"Lists and mappings nest deeper than {YamlLimits.Depth} levels here.", place);
        }
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        if (scalar.Value.Length > YamlLimits.ScalarLength)
        {
            throw events.Refuse(
                Codes.RecipeTooLarge,
                $"This value is {scalar.Value.Length:N0} characters long, the limit is {YamlLimits.ScalarLength:N0}.",
                scalar);
        }

        Count(new(0, scalar.Value.Length, 0), scalar);
        var start = places.StartOf(scalar);
        return new(scalar.Value, scalar.Style is ScalarStyle.Plain, start, Math.Max(start, (int)scalar.End.Index));
    }

    private YamlSequence ReadSequence(ParsingEvent start, int depth)
    {
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        var first = places.StartOf(start);
        events.Open(first);
        ParsingEvent parsed;
        while ((parsed = events.Next()) is not SequenceEnd)
        {
            items.Add(ReadNode(parsed, depth + 1));
        }

        events.Close();
        return new(items.ToImmutable(), first, places.EndOf(parsed, items.Count > 0 ? items[^1] : null));
    }

    private YamlMapping ReadMapping(ParsingEvent start, int depth)
    {
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var first = places.StartOf(start);
        events.Open(first);
        ParsingEvent parsed;
        while ((parsed = events.Next()) is not MappingEnd)
        {
            var key = ReadKey(parsed, depth);
            entries.Add(new(key, ReadNode(events.Next(), depth + 1)));
        }

        events.Close();
        return new(entries.ToImmutable(), first, places.EndOf(parsed, entries.Count > 0 ? entries[^1].Value : null));
    }

    private YamlScalar ReadKey(ParsingEvent parsed, int depth)
    {
        if (parsed is SequenceStart or MappingStart)
        {
            throw new YamlRefusal(Diagnostic.Error(Codes.YamlNotUsed, "A key must be plain text.", source.Character(places.KeyMark((int)parsed.Start.Index))));
        }

        var key = ReadNode(parsed, depth + 1) switch
        {
            YamlScalar scalar => scalar,
            YamlAlias { Target: YamlScalar scalar } alias => new YamlScalar(scalar.Text, scalar.IsPlain, alias.Start, alias.End) { Source = source },
            var other => throw new YamlRefusal(Diagnostic.Error(Codes.YamlNotUsed, "A key must be plain text.", source.Span(other.Start, other.End))),
        };
        if (aliases is null && key is { Text: "<<", IsPlain: true })
        {
            throw events.Refuse(Codes.YamlNotUsed, $"YAML merge keys ('<<') are not allowed in recipes. {wayOut}", parsed);
        }

        return key;
    }
}
