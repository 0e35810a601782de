using System.Diagnostics;
using System.Text;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Workflows;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace MergeOps.Tests.GitHub.Workflows;

/// <summary>How a tag of this repository becomes a release.</summary>
[RunsAlone("starts a program")]
public sealed class ReleaseTests : IDisposable
{
    private static readonly WorkflowFile Release = RepositoryWorkflows.Live["release.yml"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_may_publish_or_write_runs_nothing_of_the_repository()
    {
        var builders = Release.Jobs.Where(job => job.Steps.Any(step => WorkflowFile.Find(step, "uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true)).ToList();

        Assert.Equal("build", Assert.Single(builders).Name);
        Assert.Equal(new Dictionary<string, string> { ["contents"] = "read" }, builders[0].Permissions);
        Assert.All(Release.Jobs.Except(builders), job => Assert.NotNull(WorkflowFile.Find(job.Node, "environment")));
    }

    [Fact]
    public void Nothing_is_published_before_every_system_has_built_and_tested_it()
    {
        var needs = Release.Jobs.ToDictionary(job => job.Name, Needs);

        Assert.Equal([], needs["build"]);
        Assert.Equal(["build"], needs["attest"]);
        Assert.Equal(["attest"], needs["nuget"]);
        Assert.Equal(["attest"], needs["pypi"]);
        Assert.Equal(["nuget", "pypi"], needs["github"]);
        var steps = Release.Jobs.Single(job => job.Name == "build").Steps.Select(step => WorkflowFile.Find(step, "run") ?? WorkflowFile.Find(step, "uses")!).ToList();
        Assert.True(steps.FindIndex(step => step.Contains("--target=Release", StringComparison.Ordinal)) < steps.FindIndex(step => step.Contains("MergeOps.Packages.Tests", StringComparison.Ordinal)));
        Assert.StartsWith("actions/upload-artifact@", steps[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void No_key_is_kept_anywhere() => Assert.DoesNotContain("secrets", Release.Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("v1.2.0", 0, "second")]
    [InlineData("v1.2.0-rc.1", 0, "candidate")]
    [InlineData("v1.3.0-alpha.1", 0, "third")]
    [InlineData("v1.3.0", 1, "")]
    [InlineData("v1.2", 1, "")]
    public async Task The_notes_of_a_release_are_what_the_changelog_says_of_it(string tag, int exitCode, string notes)
    {
        var script = folder.Write("build/release-notes.sh", File.ReadAllBytes(Path.Combine(Repository.Root, "build", "release-notes.sh")));
        folder.Write("CHANGELOG.md", Encoding.UTF8.GetBytes("# Changelog\n\n## [Unreleased]\n\nthird\n\n## [1.2.0] - 2026-01-02\n\nsecond\n\n## [1.2.0-rc.1] - 2026-01-01\n\ncandidate\n"));

        using var bash = Process.Start(new ProcessStartInfo(Machine.Bash, [script.Replace('\\', '/'), tag]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((exitCode, notes), (bash.ExitCode, output.Trim()));
        Assert.Equal(exitCode == 0 ? "" : $"CHANGELOG.md has no section [{tag[1..]}].", (await error).Trim());
    }

    private static string[] Needs(WorkflowJob job) => job.Node.Children.TryGetValue("needs", out var needs)
        ? needs is YamlSequenceNode several ? [.. several.Select(one => ((YamlScalarNode)one).Value!)] : [((YamlScalarNode)needs).Value!]
        : [];
}
