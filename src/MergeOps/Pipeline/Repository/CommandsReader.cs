using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Pipeline.Repository;

/// <summary>Reads the commands that a repository's settings name.</summary>
/// <param name="context">Takes the mistakes.</param>
internal sealed partial class CommandsReader(ReadingContext context)
{
    private const int LongestWait = 3600;

    /// <summary>The commands for policies and derived files, by their names.</summary>
    public ImmutableDictionary<string, OwnerCommand> OwnerCommands(YamlNode? node)
    {
        var commands = ImmutableDictionary.CreateBuilder<string, OwnerCommand>(StringComparer.Ordinal);
        foreach (var (name, list) in Named(node))
        {
            if (Words(list, name.Text, OwnerCommand.Known) is { IsEmpty: false } words && !commands.TryAdd(name.Text, new([.. words.Select(word => word.Value)], context.SpanOf(list))))
            {
                RefuseSecond(name);
            }
        }

        return commands.ToImmutable();
    }

    /// <summary>The commands that score the points of searches, by their names.</summary>
    public ImmutableDictionary<string, ScoringCommand> ScoringCommands(YamlNode? node)
    {
        var commands = ImmutableDictionary.CreateBuilder<string, ScoringCommand>(StringComparer.Ordinal);
        foreach (var (name, words) in Named(node))
        {
            if (Scoring(words, name.Text) is { } command && !commands.TryAdd(name.Text, command))
            {
                RefuseSecond(name);
            }
        }

        return commands.ToImmutable();
    }

    /// <summary>A command that scores a model; null without one.</summary>
    public ScoringCommand? Scoring(YamlNode? node, string key)
    {
        if (node is null)
        {
            return null;
        }

        var words = Words(node, key, ScoringCommand.Placeholders);
        foreach (var needed in new[] { ScoringCommand.Model, ScoringCommand.Results })
        {
            if (!words.IsEmpty && !words.Any(word => word.Value.Contains(needed, StringComparison.Ordinal)))
            {
                context.Refuse(Codes.KeyMissing, $"The command does not use {needed}, so it cannot know {(needed == ScoringCommand.Model ? "what to score" : "where to write")}.", node);
            }
        }

        return new([.. words.Select(word => word.Value)], context.SpanOf(node));
    }

    /// <summary>The command that signs; null where its block lacks something, which is reported.</summary>
    public SigningCommand? Signing(Block block)
    {
        var list = block.Require("command");
        var key = block.Require("public_key") is { } text ? PublicKeyText.Read(text, "public_key", context) : null;
        ImmutableArray<Located<string>> words = list is null ? [] : Words(list, "command", []);
        foreach (var word in words.Where(word => word.Value.Contains("-----BEGIN", StringComparison.Ordinal)))
        {
            context.Refuse(Codes.PolicyRefused, "A key on a command line can be read by every program on the machine. Let the command find its key itself: in a file, a token or a key service.", word.Span);
        }

        return list is null || words.IsEmpty || key is null ? null : new([.. words.Select(word => word.Value)], context.SpanOf(list), key)
        {
            Timeout = ValueReader.Whole(block.FindFilled("timeout"), "timeout", 1, LongestWait, context)?.Value is { } seconds ? TimeSpan.FromSeconds(seconds) : SigningCommand.UsualTimeout,
            Variables = block.FindFilled("variables") is { } variables ? [.. ListReader.Lines(variables, "variables", "a list of names of environment variables", context).Select(name => name.Value)] : [],
        };
    }

    private ImmutableArray<YamlEntry> Named(YamlNode? node)
    {
        if (node is not (null or YamlMapping))
        {
            context.Refuse(Codes.ValueMalformed, $"'commands' holds 'name: [program, argument, …]' lines, found {ValueReader.Describe(node)}.", node);
        }

        return (node as YamlMapping)?.Entries ?? [];
    }

    private void RefuseSecond(YamlScalar name) =>
        context.Refuse(Codes.KeyRepeated, $"There is a command {TerminalText.Quoted(name.Text)} already. Keep one of the two.", name);

    // the program and its arguments, with placeholders that mean something
    private ImmutableArray<Located<string>> Words(YamlNode node, string key, ImmutableArray<string> placeholders)
    {
        var words = ListReader.Lines(node, key, "a list: the program, then each argument by itself", context);
        foreach (var word in words)
        {
            foreach (Match placeholder in Placeholder().Matches(word.Value))
            {
                if (!placeholders.Contains(placeholder.Value))
                {
                    context.Refuse(
                        Codes.NameUnknown,
                        placeholders.IsEmpty
                            ? $"There is no {TerminalText.Quoted(placeholder.Value)} here: the command reads what it signs from stdin."
                            : $"There is no {TerminalText.Quoted(placeholder.Value)}; there are {string.Join(", ", placeholders)}.{NearestName.Suggestion(placeholder.Value, placeholders)}",
                        word.Span);
                }
            }
        }

        return words;
    }

    [GeneratedRegex(@"\{[A-Za-z_-]+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Placeholder();
}
