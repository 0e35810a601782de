using System.Text.Json;
using MergeOps.TestGitHub.Storage;
using MergeOps.Tests.GitHub.Events;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Each recipe of a push is a job of its own: what they write about the same commit and below the same pull request stays whole.</summary>
public sealed class SideBySideTests : IAsyncLifetime
{
    private const string Apply = "mergeops/apply";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await GitHubWorld.StartAsync();
        // recipes that are named are looked for from the folder of the step
        world.IsOfProcesses = true;
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Two_recipes_of_a_pull_request_are_jobs_that_run_side_by_side_and_leave_one_whole_comment_and_status()
    {
        var pull = await MergedAsync();

        var matrix = (await ApplyAsync("--step", "matrix")).Ended(0).Outputs["matrix"];
        Assert.Equal([("recipes/large.yml", "hub:ACME/LARGE"), ("recipes/small.yml", "hub:ACME/SMALL")], JobsOf(matrix));
        Assert.Equal("pending", world.Status(world.Main, Apply));

        var runs = await Task.WhenAll(JobsOf(matrix).Select(job => ApplyAsync("--recipes", job.Recipe)));

        Assert.All(runs, run => run.Ended(0));
        Assert.All(["acme/small", "acme/large"], name => Assert.Equal(["v0.1.0"], world.User.Hub.Repository(name).Tags.Keys));
        Assert.Equal("success", world.Status(world.Main, Apply));
        Assert.Equal("success", world.Status(world.Main, $"{Apply}/recipes/small.yml"));
        Assert.Equal("2 recipes carried out", world.Repository.Statuses.Last(status => status.Context == Apply).Description);
        Assert.Equal(2, Assert.Single(world.Comments(pull)).Split("published [`0.1.0`]").Length - 1);
        Assert.Equal(0, (await world.StatusAsync()).ExitCode);
    }

    [Fact]
    public async Task A_commit_is_done_when_the_last_of_its_jobs_is()
    {
        await MergedAsync();
        (await ApplyAsync("--step", "matrix")).Ended(0);

        (await ApplyAsync("--recipes", "recipes/small.yml")).Ended(0);

        Assert.Equal("pending", world.Status(world.Main, Apply));
        Assert.Equal("1 of 2 recipes to merge", world.Repository.Statuses.Last(status => status.Context == Apply).Description);
    }

    [Fact]
    public async Task A_command_names_its_jobs_by_place_and_a_preview_is_one()
    {
        var pull = await OpenAsync();
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"][..8];

        Assert.Equal([("recipes/large.yml\nrecipes/small.yml", $"preview:{pull.Number}")], JobsOf(await MatrixAsync(pull, $"/merge preview {hash}")));
        Assert.Equal(["hub:ACME/LARGE", "hub:ACME/SMALL"], JobsOf(await MatrixAsync(pull, $"/merge apply {hash}")).Select(job => job.Group));
        Assert.Empty(JobsOf(await MatrixAsync(pull, "/merge apply 00000000")));
        Assert.Equal("confused", world.Repository.Comments(pull.Number)[^1].Reactions.Last().Content);
    }

    private static IEnumerable<(string Recipe, string Group)> JobsOf(string matrix) => JsonDocument.Parse(matrix).RootElement.GetProperty("include").EnumerateArray()
        .Select(job => (job.GetProperty("recipe").GetString()!, job.GetProperty("group").GetString()!));

    private async Task<string> MatrixAsync(StoredPull pull, string command)
    {
        var comment = world.Repository.AddComment(pull.Number, GitHubWorld.Maintainer, command);
        var run = await world.RunAsync("issue_comment", WebhookPayloads.Comment(GitHubWorld.Name, pull.Number, comment.Id, GitHubWorld.Maintainer, command), world.CheckOut(), null, "--step", "matrix");
        return run.Outputs["matrix"];
    }

    private Task<WorkflowResult> ApplyAsync(params string[] arguments)
    {
        var (_, _, parents) = world.Repository.Git.Describe(world.Main);
        return world.RunAsync("push", WebhookPayloads.Push(GitHubWorld.Name, parents[0], world.Main), world.CheckOut(), null, arguments);
    }

    private async Task<StoredPull> MergedAsync()
    {
        var pull = await OpenAsync();
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Merge(pull.Number);
        return pull;
    }

    private async Task<StoredPull> OpenAsync()
    {
        await world.RecipeAsync("large", 0.25);
        return world.Open(await world.RecipeAsync("small", 0.5), fork: null);
    }
}
