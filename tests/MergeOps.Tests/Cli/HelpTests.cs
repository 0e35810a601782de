using MergeOps.Cli;
using Xunit;

namespace MergeOps.Tests.Cli;

public sealed class HelpTests
{
    private const int Columns = 80;

    public static TheoryData<string> Verbs => [.. new MergeOpsCommand().Subcommands.Select(verb => verb.Name)];

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
        var run = CommandLineRun.Of(verb, "--help");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains($"Usage: mergeops {verb}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"\n  mergeops {verb}", run.Output, StringComparison.Ordinal);
        Assert.Equal(run.Output, CommandLineRun.Of(verb, "-h").Output);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void What_explains_fits_a_terminal(string verb)
    {
        var text = CommandLineRun.Of(verb, "--help").Output.Split("\nExample")[0];

        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= Columns, line));
    }
}
