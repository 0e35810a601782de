using MergeOps.GitHub.Events;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using Xunit;

namespace MergeOps.Tests.GitHub.Events;

public sealed class WorkflowOutputsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private HostEnvironment Environment => TestEnvironment.OfThisProcess.With(("GITHUB_OUTPUT", folder["output"]));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_value_with_line_breaks_sets_no_other_output()
    {
        new WorkflowOutputs(Environment).Set("version", "1.0.0\nEOF\nLD_PRELOAD=x.so\nplan-hash<<EOF\nforged");

        var lines = File.ReadAllLines(folder["output"]);
        var delimiter = lines[0]["version<<".Length..];
        Assert.Matches("^[a-z]{32}$", delimiter);
        Assert.Equal(lines.Length - 1, Array.IndexOf(lines, delimiter));
    }

    [Theory]
    [InlineData("invalid", 1, "validate", "absent.yml")]
    [InlineData("usage", 2, "validat")]
    public void A_failure_has_its_reason_in_one_word(string reason, int exitCode, params string[] arguments)
    {
        Assert.Equal(exitCode, CommandLineRun.Of(Environment, arguments).ExitCode);

        var lines = File.ReadAllLines(folder["output"]);
        Assert.StartsWith("failure-reason<<", lines[0], StringComparison.Ordinal);
        Assert.Equal(reason, lines[1]);
    }
}
