using MergeOps.Cli;
using MergeOps.Cli.CommandLine;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class HelpTests
{
    private const int Columns = 80;

    public static TheoryData<string> Verbs =>
    [
        .. new MergeOpsCommand().Subcommands.SelectMany(
            command => command is Verb ? [command.Name] : command.Subcommands.Select(verb => $"{command.Name} {verb.Name}")),
    ];

    [Fact]
    public void The_help_is_the_approved_one()
    {
        var run = CommandLineRun.Of("--help");
        var approved = File.ReadAllText(Repository.Data("Cli", "help.txt")).ReplaceLineEndings("\n");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(approved, run.Output);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Every_verb_has_its_contract_and_an_example(string verb)
    {
        var run = CommandLineRun.Of([.. verb.Split(' '), "--help"]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"Usage: mergeops {verb}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"\n  mergeops {verb}", run.Output, StringComparison.Ordinal);
        Assert.Equal(run.Output, CommandLineRun.Of([.. verb.Split(' '), "-h"]).Output);
    }

    [Fact]
    public void A_family_of_verbs_lists_them()
    {
        var run = CommandLineRun.Of("cache", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage: mergeops cache VERB", run.Output, StringComparison.Ordinal);
        Assert.Contains("\n  verify  ", run.Output, StringComparison.Ordinal);
        Assert.Equal((2, run.Output), (CommandLineRun.Of("cache").ExitCode, CommandLineRun.Of("cache").Error));
        Assert.Contains("There is no verb 'sl'.", CommandLineRun.Of("cache", "sl").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("help merge", "merge")]
    [InlineData("help cache", "cache")]
    [InlineData("help cache gc", "cache", "gc")]
    [InlineData("help help", "help")]
    public void Help_is_a_verb_too(string line, params string[] verb)
    {
        var run = CommandLineRun.Of(line.Split(' '));

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(CommandLineRun.Of([.. verb, "--help"]).Output, run.Output);
    }

    [Theory]
    [InlineData("help mrege", "There is no verb 'mrege'. Did you mean 'merge'?")]
    [InlineData("help cache ls more", "There is no verb 'more'.")]
    public void Help_for_what_is_no_verb_is_wrong_usage(string line, string mistake)
    {
        var run = CommandLineRun.Of(line.Split(' '));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(mistake, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void What_explains_fits_a_terminal(string verb)
    {
        var text = CommandLineRun.Of([.. verb.Split(' '), "--help"]).Output.Split("\nExample")[0];

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= Columns, line));
    }
}
