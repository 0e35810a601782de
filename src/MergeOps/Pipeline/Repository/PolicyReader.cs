using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;

namespace MergeOps.Pipeline.Repository;

/// <summary>Reads what the owners of a repository allow in its recipes.</summary>
/// <param name="context">Takes the mistakes.</param>
/// <param name="commands">The commands of the settings.</param>
internal sealed class PolicyReader(ReadingContext context, ImmutableDictionary<string, OwnerCommand> commands)
{
    private static readonly string[] UnsignedWords = ["refuse", "allow"];

    /// <summary>Every format of weight files that models may have.</summary>
    public static ImmutableArray<string> Formats { get; } = ["safetensors", "pytorch"];

    /// <summary>The policy of its block.</summary>
    public RepositoryPolicy Read(Block block) => new()
    {
        Licenses = Names(block, "licenses", null),
        Organizations = Names(block, "organizations", null),
        Formats = Names(block, "formats", Formats),
        Methods = Names(block, "methods", [.. MethodCatalogue.Default.Names, MixtureMethod.MethodName]),
        MaxSize = ValueReader.ByteCount(block.FindFilled("max_size"), "max_size", context)?.Value,
        Signed = block.FindFilled("signed") is { } signed && Block.Open(signed, SettingsKeys.Signed, context) is { } inner ? Signed(inner) : null,
        Command = Command(ValueReader.Line(block.FindFilled("command"), "command", context)),
    };

    private ImmutableArray<string>? Names(Block block, string key, ImmutableArray<string>? known)
    {
        if (block.FindFilled(key) is not { } node)
        {
            return null;
        }

        var names = ListReader.Lines(node, key, "a list of names", context);
        foreach (var name in names.Where(name => known?.Contains(name.Value) == false))
        {
            Unknown(name, key, known!.Value);
        }

        return [.. names.Select(name => name.Value)];
    }

    private SignedPolicy? Signed(Block block)
    {
        ImmutableArray<PublicKeyText> keys = [.. ListReader.Items(block.Require("keys"), "keys", "a list of public keys", context).Select(key => PublicKeyText.Read(key, "keys", context)).OfType<PublicKeyText>()];
        var unsigned = ValueReader.Line(block.FindFilled("unsigned"), "unsigned", context);
        if (unsigned is not null && !UnsignedWords.Contains(unsigned.Value, StringComparer.Ordinal))
        {
            context.Refuse(
                Codes.ValueMalformed,
                $"'unsigned' is 'refuse' or 'allow', not {TerminalText.Quoted(unsigned.Value)}.{NearestName.Suggestion(unsigned.Value, UnsignedWords)}",
                unsigned.Span);
        }

        return keys.IsEmpty ? null : new(keys, unsigned?.Value == "allow");
    }

    private OwnerCommand? Command(Located<string>? name)
    {
        if (name is null)
        {
            return null;
        }

        if (!commands.TryGetValue(name.Value, out var command))
        {
            Unknown(name, "command", [.. commands.Keys.Order(StringComparer.Ordinal)]);
        }
        else if (!command.Uses(OwnerCommand.Plan))
        {
            context.Refuse(Codes.KeyMissing, $"The command does not use {OwnerCommand.Plan}, so it cannot know what to judge.", command.Span);
        }
        else if (command.FirstOf(OwnerCommand.Model, OwnerCommand.Output) is { } foreign)
        {
            context.Refuse(
                Codes.NameUnknown, $"The policy's command uses {foreign}, which only commands for derived files have; there are {OwnerCommand.Plan} and {OwnerCommand.Recipe} here.", command.Span);
        }

        return command;
    }

    private void Unknown(Located<string> name, string key, ImmutableArray<string> known) => context.Refuse(
        Codes.NameUnknown,
        known.IsEmpty
            ? $"There is no {TerminalText.Quoted(name.Value)} for '{key}': the settings have no 'commands'."
            : $"There is no {TerminalText.Quoted(name.Value)} for '{key}'; there are {string.Join(", ", known)}.{NearestName.Suggestion(name.Value, known)}",
        name.Span);
}
