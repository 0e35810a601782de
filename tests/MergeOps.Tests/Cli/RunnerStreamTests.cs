using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>What the program prints in a GitHub workflow, whose log many people read.</summary>
public sealed class RunnerStreamTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void A_secret_of_the_environment_is_masked_in_both_streams_in_a_workflow_and_elsewhere(string isRunner)
    {
        using var folder = new TemporaryFolder();
        var recipe = folder.Write("hunter2-hunter2.yml", "merge_method: linaer\n"u8);
        var environment = TestEnvironment.OfThisProcess.With(("GITHUB_ACTIONS", isRunner), ("GITHUB_OUTPUT", ""), ("DEPLOY_KEY", "hunter2-hunter2"));

        var text = ChildProcess.Finish(ChildProcess.Start(["validate", recipe], environment));
        var json = ChildProcess.Finish(ChildProcess.Start(["validate", recipe, "--format", "json"], environment));

        Assert.Equal((1, 1), (text.ExitCode, json.ExitCode));
        Assert.Contains("***.yml", text.Output + text.Error, StringComparison.Ordinal);
        Assert.Contains("***.yml", json.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text.Output + text.Error + json.Output + json.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_found_that_is_written_in_pieces()
    {
        SecretText.Register("secret-in-pieces");
        using var log = new StringWriter();
        using var writer = new RedactingWriter(log);

        writer.Write("a secret-");
        writer.Write(['i', 'n']);
        writer.Write('-');
        writer.WriteLine("pieces");
        writer.Write("no end: secret-in-pieces");
        writer.Flush();

        Assert.Equal($"a ***{log.NewLine}no end: ***", log.ToString());
    }

    [Fact]
    public void Each_line_of_a_private_key_is_masked()
    {
        using var log = new StringWriter { NewLine = "\n" };
        using var writer = new RedactingWriter(log);

        writer.Write("before\nkey: -----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIBkg\n\nAwEHoUQDQgAE\n-----END EC PRIVATE KEY-----\nafter\n");

        Assert.Equal("before\nkey: ***\n***\n***\n***\n***\nafter\n", log.ToString());
    }

    [Fact]
    public void A_runner_is_told_of_a_secret_in_its_own_words()
    {
        using var log = new StringWriter { NewLine = "\n" };

        new RunnerMasks(log).Tell("half%0Asecret");

        Assert.Equal("::add-mask::half%250Asecret\n", log.ToString());
    }
}
