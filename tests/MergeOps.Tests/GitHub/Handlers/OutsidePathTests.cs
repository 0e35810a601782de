using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>What a recipe of a pull request may name on the machine that looks at it: what lies in the repository, and what its settings allow.</summary>
public sealed class OutsidePathTests : IAsyncLifetime
{
    private const string Recipe = "recipes/small.yml";

    private readonly TemporaryFolder outside = new();
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        outside.Dispose();
    }

    [Theory]
    [InlineData("base_model: org/base", "base_model: OUTSIDE/model")]
    [InlineData("- model: org/one", "- model: ../../../../../../../../OUTSIDE/model")]
    [InlineData("publish: { hub: acme/small }", "publish: { folder: OUTSIDE/published }")]
    [InlineData("publish: { hub: acme/small }", "publish: { folder: ../../published }")]
    [InlineData("publish: { hub: acme/small }", "evaluate: { tasks: [{ name: sums, data: OUTSIDE/secret.jsonl }] }")]
    [InlineData("publish: { hub: acme/small }", "evaluate: { texts: [{ name: prose, data: ../../../../../../../../OUTSIDE/secret.jsonl }] }")]
    public async Task A_path_out_of_the_repository_is_refused_and_nothing_there_is_read(string written, string changed)
    {
        Directory.CreateDirectory(outside["model"]);
        outside.Write("secret.jsonl", "root:x:0:0"u8);
        var files = await world.RecipeAsync("small", 0.5);
        files[Recipe] = files[Recipe]!.Replace(written, changed.Replace("OUTSIDE", outside.Path, StringComparison.Ordinal).Replace("..//", "../", StringComparison.Ordinal), StringComparison.Ordinal);
        var pull = world.Open(files);

        var plan = (await world.PlanAndPostAsync(pull)).Ended(1);

        Assert.Contains("title=MOPS140::Not allowed in a recipe.", plan.Log, StringComparison.Ordinal);
        Assert.Contains("leads outside the repository", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.DoesNotContain("MOPS604", plan.Log, StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task What_the_main_branchs_settings_allow_is_planned_and_said_in_the_comment()
    {
        world.Decide($"outside_folders: {outside.Path}\n");
        var pull = world.Open(await PublishingToAsync(outside["published"]));

        (await world.PlanAndPostAsync(pull)).Ended(0);

        Assert.Contains($"; **outside the repository**: `{outside["published"]}`", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_in_the_pull_request_itself_allow_nothing()
    {
        var files = await PublishingToAsync(outside["published"]);
        files[".github/mergeops.yml"] = $"outside_folders: {outside.Path}\n";

        var plan = (await world.PlanAsync(world.Open(files))).Ended(1);

        Assert.Contains("title=MOPS140::", plan.Log, StringComparison.Ordinal);
    }

    private async Task<Dictionary<string, string?>> PublishingToAsync(string folder) => GitHubWorld.ToFolder(await world.RecipeAsync("small", 0.5), folder);
}
