using System.CommandLine;
using System.CommandLine.Parsing;
using MergeOps.Diagnostics;

namespace MergeOps.Cli.CommandLine;

/// <summary>What is wrong with a command line, in words that name the way out.</summary>
internal static class UsageMistakes
{
    /// <summary>Every mistake; empty when the line is understood.</summary>
    public static IReadOnlyList<Diagnostic> In(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var details = (command is Verb ? Mistaken(parsed, command) : UpToTheVerb(parsed.UnmatchedTokens)).Select(token => Unknown(token, command));
        if (command is Verb)
        {
            details = details.Concat(parsed.Errors.Select(Wording)).Concat(EmptyValues(parsed)).Concat(Streams(parsed));
        }

        return [.. details.Select(detail => Diagnostic.Error(Codes.UsageMistake, detail))];
    }

    /// <summary>A name that is none of the known ones.</summary>
    public static Diagnostic UnknownName(string kind, string name, IEnumerable<string> known) =>
        Diagnostic.Error(Codes.UsageMistake, NoSuch(kind, name, known));

    // a misspelled option takes its value along, and both may have taken the place of an argument: none of that is a mistake of its own
    private static IEnumerable<string> Mistaken(ParseResult parsed, Command command)
    {
        var misplaced = MistakenOptions(parsed).ToList();
        List<string> options = [.. misplaced, .. parsed.UnmatchedTokens.Where(token => token.StartsWith('-'))];
        var line = parsed.Tokens.Select(token => token.Value).ToList();
        var values = line.Zip(line.Skip(1))
            .Where(pair => options.Contains(pair.First) && !pair.Second.StartsWith('-') && TakesValue(pair.First, command))
            .Select(pair => pair.Second)
            .ToList();
        var arguments = parsed.UnmatchedTokens.Where(token => !token.StartsWith('-') && !values.Remove(token)).ToList();
        var displaced = misplaced.Count + parsed.CommandResult.Tokens.Count(token => values.Contains(token.Value));
        return options.Concat(arguments.Skip(displaced));
    }

    private static bool TakesValue(string misspelled, Command command) =>
        !misspelled.Contains('=')
        && (NearestName.Of(misspelled, NamesIn(command)) is not { } nearest
            || OptionsOf(command).First(option => option.Name == nearest || option.Aliases.Contains(nearest)).ValueType != typeof(bool));

    private static List<string> NamesIn(Command command) => [.. OptionsOf(command).SelectMany(option => option.Aliases.Prepend(option.Name))];

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(option => option.Recursive));

    // What follows a word that is no verb belongs to the verb that was meant.
    private static IEnumerable<string> UpToTheVerb(IEnumerable<string> tokens)
    {
        foreach (var token in tokens)
        {
            yield return token;
            if (!token.StartsWith('-'))
            {
                yield break;
            }
        }
    }

    // A misspelled option is taken for the value of an argument; only behind `--` may values begin with a dash.
    private static IEnumerable<string> MistakenOptions(ParseResult parsed) =>
        parsed.Tokens.Any(token => token.Type is TokenType.DoubleDash)
            ? []
            : parsed.CommandResult.Tokens.Select(token => token.Value).Where(value => value.Length > 1 && value[0] == '-');

    // `--out "$FOLDER"` without a folder: nothing takes an empty text, and as a path it would be the current folder.
    private static IEnumerable<string> EmptyValues(ParseResult parsed) =>
        from symbol in parsed.CommandResult.Children
        where symbol.Tokens.Any(token => token.Value.Length == 0) && !symbol.Errors.Any()
        select symbol is OptionResult option ? $"The value of {option.Option.Name} is empty." : $"The argument {((ArgumentResult)symbol).Argument.Name} is empty.";

    // a recipe's paths and its lock start at its folder, and a file appears as a whole or not at all: a stream has neither
    private static IEnumerable<string> Streams(ParseResult parsed) =>
        from symbol in parsed.CommandResult.Children
        where symbol.Tokens.Any(token => token.Value == "-")
        let name = symbol is OptionResult option ? option.Option.Name : ((ArgumentResult)symbol).Argument.Name
        select $"'-' does not mean a stream here: {name} is a path. Write './-' for a file with that name.";

    private static string Wording(ParseError error) => error.SymbolResult switch
    {
        ArgumentResult { Tokens.Count: 0, Parent: OptionResult option } => $"Option {option.Option.Name} needs a value: {option.Option.HelpName ?? "VALUE"}.",
        ArgumentResult { Tokens.Count: 0, Argument: var argument } => $"Missing argument {argument.Name}.",
        OptionResult { Tokens.Count: 0, IdentifierToken: not null, Option: var option } => $"Option {option.Name} needs a value: {option.HelpName ?? "VALUE"}.",
        OptionResult { Tokens.Count: 0, Option: var option } => $"Option {option.Name} {option.HelpName} is required.",
        _ => error.Message,
    };

    private static string Unknown(string token, Command command)
    {
        if (token.StartsWith('-'))
        {
            var name = token.Split('=')[0];
            return $"`{HelpText.FullName(command)}` has no option '{name}'.{NearestName.Suggestion(name, NamesIn(command))}";
        }

        if (command is Verb)
        {
            return $"Unexpected argument '{token}' for `{HelpText.FullName(command)}`.";
        }

        return NoSuch("verb", token, command.Subcommands.Select(verb => verb.Name));
    }

    private static string NoSuch(string kind, string name, IEnumerable<string> known)
    {
        var suggestion = NearestName.Suggestion(name, known);
        return $"There is no {kind} '{name}'.{(suggestion.Length > 0 ? suggestion : $" Known: {string.Join(", ", known)}.")}";
    }
}
