using System.CommandLine;
using MergeOps.Cli.Rendering;

namespace MergeOps.Cli.CommandLine;

/// <summary>The help as plain text of at most 80 columns: for the program the way from a recipe to a model, for a verb its contract.</summary>
internal static class HelpText
{
    private const string Indent = "  ";

    private const string ExitCodes = """
        Exit codes
          0    done
          1    the recipe, lock or input is wrong
          2    invalid command line
          3    the network, disk, permissions, device or a native library failed
          4    a decision is negative: a gate is not met, a plan differs, a model moved
          70   internal error (a bug in MergeOps)
          130  canceled
        """;

    /// <summary>The words that call a command.</summary>
    public static string FullName(Command command) =>
        string.Join(' ', Ancestors(command).Reverse().Append(command).Select(word => word.Name));

    /// <summary>The same without the program's name.</summary>
    public static string Words(Command command) => string.Join(' ', Ancestors(command).SkipLast(1).Reverse().Append(command).Where(word => word.Parents.Any()).Select(word => word.Name));

    /// <summary>The options of a command, those of the whole program last.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) =>
        command.Options.Concat(Ancestors(command).SelectMany(ancestor => ancestor.Options).Where(option => option.Recursive));

    /// <summary>Writes the help of a command.</summary>
    public static void Write(Command command, TextWriter output)
    {
        switch (command)
        {
            case Verb verb:
                WriteVerb(verb, output);
                break;
            case VerbFamily family:
                WriteVerbs(family, output);
                break;
            default:
                WriteVerbs(command, output);
                output.WriteLine();
                output.WriteLine(ExitCodes);
                output.WriteLine();
                output.WriteLine("`mergeops VERB --help` shows the options and more examples of a verb.");
                break;
        }
    }

    private static void WriteVerbs(Command command, TextWriter output)
    {
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine($"Usage: {FullName(command)} VERB [ARGUMENTS] [OPTIONS]");
        foreach (var group in VerbsOf(command).GroupBy(verb => verb.Group))
        {
            output.WriteLine();
            output.WriteLine(Heading(group.Key));
            Columns.Write([.. group.Select(verb => new[] { NameIn(command, verb), $"{verb.Description}\nmergeops {verb.Examples[0]}" })], output, Indent);
        }

        WriteOptions(command, output);
    }

    private static IEnumerable<Verb> VerbsOf(Command command) =>
        command.Subcommands.SelectMany(sub => sub is Verb verb ? [verb] : VerbsOf(sub));

    private static string NameIn(Command command, Verb verb) => FullName(verb)[(FullName(command).Length + 1)..];

    private static void WriteVerb(Verb verb, TextWriter output)
    {
        output.WriteLine($"{verb.Description}.");
        if (verb.Remarks.Length > 0)
        {
            output.WriteLine();
            output.WriteLine(verb.Remarks);
        }

        output.WriteLine();
        output.WriteLine($"Usage: {string.Join(' ', [FullName(verb), .. verb.Arguments.Select(Label), .. verb.Options.Where(o => o.Required).Select(Label), "[OPTIONS]"])}");
        if (verb.Arguments.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Arguments");
            Columns.Write([.. verb.Arguments.Select(argument => new[] { Label(argument), argument.Description ?? "" })], output, Indent);
        }

        WriteOptions(verb, output);
        output.WriteLine();
        output.WriteLine(verb.Examples.Count == 1 ? "Example" : "Examples");
        foreach (var example in verb.Examples)
        {
            output.WriteLine($"  mergeops {example}");
        }
    }

    private static void WriteOptions(Command command, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("Options");
        Columns.Write([.. OptionsOf(command).Select(option => new[] { Label(option), option.Description ?? "" })], output, Indent);
    }

    private static IEnumerable<Command> Ancestors(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Ancestors(parent).Prepend(parent));

    private static string Heading(VerbGroup group) => group switch
    {
        VerbGroup.Everything => "All at once",
        VerbGroup.Step => "Step by step",
        VerbGroup.Look => "Inspect (changes nothing)",
        VerbGroup.Workflow => "In a repository on GitHub",
        VerbGroup.Downloads => "On this machine",
        VerbGroup.Program => "About this program",
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "no heading"),
    };

    private static string Label(Argument argument) =>
        (argument.Arity.MinimumNumberOfValues, argument.Arity.MaximumNumberOfValues) switch
        {
            (0, 1) => $"[{argument.Name}]",
            (0, _) => $"[{argument.Name}...]",
            (_, 1) => argument.Name,
            _ => $"{argument.Name}...",
        };

    private static string Label(Option option)
    {
        var names = string.Join(", ", option.Aliases.Append(option.Name).OrderBy(name => name.Length));
        return option.ValueType == typeof(bool) ? names : $"{names} {option.HelpName}";
    }
}
