using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>accept</c>: codes of warnings with the reasons why they are right to be there.</summary>
internal sealed class AcceptReader(ReadingContext context)
{
    private const int DigestLength = 8;

    /// <summary>The accepted warnings; empty when the recipe accepts none.</summary>
    public ImmutableArray<AcceptedWarning> Read(YamlNode? node)
    {
        switch (node)
        {
            case null:
                return [];
            case YamlMapping map:
                var lines = new Dictionary<string, int>(StringComparer.Ordinal);
                return [.. map.Entries.Where(entry => IsFirst(entry, lines)).Select(Entry).OfType<AcceptedWarning>()];
            default:
                context.Refuse(Codes.ValueMalformed, $"'accept' holds 'MOPS…: reason' lines, found {ValueReader.Describe(node)}.", node);
                return [];
        }
    }

    private bool IsFirst(YamlEntry entry, Dictionary<string, int> lines)
    {
        var line = context.SpanOf(entry.Key).Line;
        if (lines.TryAdd(entry.Key.Text, line))
        {
            return true;
        }

        context.Error(
            Codes.KeyRepeated, $"{TerminalText.Quoted(entry.Key.Text)} is already on line {lines[entry.Key.Text]}. Keep one of the two.", entry.Key);
        return false;
    }

    private AcceptedWarning? Entry(YamlEntry entry)
    {
        if (!Codes.ById.ContainsKey(entry.Key.Text))
        {
            context.Refuse(
                Codes.NameUnknown,
                $"There is no warning {TerminalText.Quoted(entry.Key.Text)}.{NearestName.Suggestion(entry.Key.Text, Codes.ById.Keys)} The code is part of the warning, as in 'warning MOPS431:'.",
                entry.Key);
            return null;
        }

        if (CoreSchema.IsNull(entry.Value))
        {
            context.Refuse(Codes.KeyMissing, $"'{entry.Key.Text}' has no reason. Say in a few words why the warning is acceptable.", entry.Key);
            return null;
        }

        var code = context.Locate(entry.Key.Text, entry.Key);
        if (entry.Value is not YamlMapping)
        {
            return Reason(entry.Value) is { } text ? new(code, text, null) : null;
        }

        var block = Block.Open(entry.Value, RecipeKeys.Accepted, context)!;
        var digest = Digest(block.Find("digest"));
        return Reason(block.Require("reason")) is { } reason ? new(code, reason, digest) : null;
    }

    private string? Reason(YamlNode? node)
    {
        if (ValueReader.Line(node, "reason", context) is not { } line)
        {
            return null;
        }

        if (!string.IsNullOrWhiteSpace(line.Value))
        {
            return line.Value.Trim();
        }

        context.Refuse(Codes.ValueMalformed, "'reason' is empty. Say in a few words why the warning is acceptable.", node!);
        return null;
    }

    private Located<string>? Digest(YamlNode? node)
    {
        if (ValueReader.Line(node, "digest", context) is not { } digest)
        {
            return null;
        }

        if (digest.Value.Length == DigestLength && digest.Value.All(char.IsAsciiHexDigitLower))
        {
            return digest;
        }

        context.Refuse(Codes.ValueMalformed, $"'digest' is {DigestLength} hexadecimal digits in lower case, found {TerminalText.Quoted(digest.Value)}.", digest.Span);
        return null;
    }
}
