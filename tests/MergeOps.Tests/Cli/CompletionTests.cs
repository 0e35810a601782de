using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>Shell completion as dotnet-suggest asks for it.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("mergeops pl", "plan")]
    [InlineData("mergeops cache ", "verify")]
    [InlineData("mergeops plan recipe.yml --ag", "--against")]
    [InlineData("mergeops plan recipe.yml --format mark", "markdown")]
    [InlineData("mergeops methods ti", "ties")]
    public void What_may_stand_at_the_end_of_a_command_line_is_printed_one_a_line(string line, string word)
    {
        var run = CommandLineRun.Of($"[suggest:{line.Length}]", line);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(word, run.Output.Split('\n'));
    }

    [Fact]
    public void The_position_decides_what_is_completed()
    {
        var run = CommandLineRun.Of("[suggest:10]", "mergeops m recipe.yml");

        Assert.Equal(["matrix", "measure", "merge", "methods"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('m')).Order(StringComparer.Ordinal));
    }
}
