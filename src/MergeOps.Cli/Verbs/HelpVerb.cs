using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops help [VERB]</c>.</summary>
internal sealed class HelpVerb : LocalVerb
{
    private readonly Argument<string[]> words = new("VERB")
    {
        Description = "A verb, such as merge or cache gc (default: all verbs)",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Creates the verb.</summary>
    public HelpVerb()
        : base("help", VerbGroup.Program, "Show the help of this program or of a verb")
    {
        Add(words);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["help merge", "help cache gc"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var command = arguments.RootCommandResult.Command;
        foreach (var word in arguments.GetValue(words) ?? [])
        {
            if (command.Subcommands.FirstOrDefault(verb => verb.Name == word) is not { } verb)
            {
                screen.Report([UsageMistakes.UnknownName("verb", word, command.Subcommands.Select(known => known.Name))]);
                return ExitCode.Usage;
            }

            command = verb;
        }

        Help.Show(command, screen);
        return ExitCode.Done;
    }
}
