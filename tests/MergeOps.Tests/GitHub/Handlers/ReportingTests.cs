using System.Text.Json;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What a planned pull request is told beside its comment.</summary>
public sealed class ReportingTests : IAsyncLifetime
{
    private const string Plan = "mergeops/plan";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_draft_is_planned_and_commented_without_a_status_until_it_is_ready()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        pull.IsDraft = true;
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"];
        Assert.Contains($"`{hash[..8]}`", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Null(world.Status(pull.HeadSha, Plan));

        pull.IsDraft = false;
        (await world.PlanAndPostAsync(pull)).Ended(0);
        Assert.Equal("success", world.Status(pull.HeadSha, Plan));
    }

    [Fact]
    public async Task Findings_go_to_code_scanning_at_the_lines_of_the_trial_merge_where_the_repository_has_it()
    {
        world.Repository.HasCodeScanning = true;
        var files = await world.RecipeAsync("small", 0.5);
        files["recipes/small.yml"] += "merge_methd: linear\n";
        var pull = world.Open(files, fork: null);
        var plan = await world.PlanAsync(pull);
        (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        var findings = Assert.Single(world.Repository.Findings);
        Assert.Equal(($"refs/pull/{pull.Number}/merge", world.Repository.Git.Resolve($"refs/pull/{pull.Number}/merge")), (findings.Reference, findings.Sha));
        using var sarif = JsonDocument.Parse(findings.Sarif);
        var result = sarif.RootElement.GetProperty("runs")[0].GetProperty("results")[0];
        Assert.Equal("recipes/small.yml", result.GetProperty("locations")[0].GetProperty("physicalLocation").GetProperty("artifactLocation").GetProperty("uri").GetString());
    }

    [Fact]
    public async Task A_repository_without_code_scanning_gets_a_notice_and_its_comment()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = await world.PlanAsync(pull);

        var posted = (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("Findings are not shown by code scanning", posted.Log, StringComparison.Ordinal);
        Assert.Contains("Advanced Security must be enabled", posted.Log, StringComparison.Ordinal);
        Assert.Single(world.Comments(pull));
    }
}
