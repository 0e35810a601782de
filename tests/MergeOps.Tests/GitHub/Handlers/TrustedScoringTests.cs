using MergeOps.GitHub.Handlers;
using MergeOps.Pipeline.Repository;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

public sealed class TrustedScoringTests
{
    private static readonly RepositorySettings Settings = RepositorySettings.Default with
    {
        Command = new(["score", "{model}", "{results}"], default),
    };

    [Theory]
    [InlineData("push")]
    [InlineData("schedule")]
    [InlineData("issue_comment")]
    [InlineData("workflow_dispatch")]
    public void On_the_default_branch_the_command_runs_in_the_checkout(string name)
    {
        var scoring = TrustedScoring.Of(Settings, name, "/work");

        Assert.Equal((Settings.Command, "/work"), (scoring!.Command, scoring.Folder));
    }

    [Theory]
    [InlineData("pull_request")]
    [InlineData("pull_request_target")]
    [InlineData("workflow_run")]
    [InlineData("merge_group")]
    [InlineData(null)]
    public void Over_other_peoples_files_it_does_not(string? name) => Assert.Null(TrustedScoring.Of(Settings, name, "/work"));
}
