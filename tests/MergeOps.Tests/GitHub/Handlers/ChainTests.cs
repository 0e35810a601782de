using MergeOps.Tests.GitHub.Events;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Recipes that follow what moved: another recipe's published version, and models on the Hub when somebody asks.</summary>
public sealed class ChainTests : IAsyncLifetime
{
    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_recipe_made_of_another_ones_published_version_is_planned_when_that_moves()
    {
        await PublishAsync(0.5, "first");
        world.Repository.Commit("main", await UsingRecipeAsync());
        Assert.DoesNotContain("#", await ChainAsync(), StringComparison.Ordinal);
        await PublishAsync(0.75, "second");

        var summary = await ChainAsync();

        var pull = Assert.Single(world.Repository.Pulls, pull => pull.Title == "Update the lock of recipes/using.yml");
        Assert.Contains($"- `recipes/using.yml`: #{pull.Number}", summary, StringComparison.Ordinal);
        Assert.Contains("recipes/using.yml", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.Empty(world.Issues);
    }

    [Fact]
    public async Task Upgrade_below_the_issue_proposes_new_locks_at_once()
    {
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5));
        Move("org/one");
        (await world.WakeAsync()).Ended(0);
        var issue = Assert.Single(world.Repository.Issues);
        Move("org/two");

        var (run, reactions) = await SayAsync(issue.Number, "/merge upgrade");

        run.Ended(0);
        Assert.Equal(["eyes", "rocket"], reactions);
        Assert.Contains("org/two", Assert.Single(world.Issues), StringComparison.Ordinal);
        Assert.Contains("org/two", Assert.Single(world.Repository.Pulls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rebuild_below_the_issue_makes_published_models_again_and_other_words_are_refused_there()
    {
        await PublishAsync(0.5, "first");
        Move("org/one");
        (await world.WakeAsync()).Ended(0);
        var issue = Assert.Single(world.Repository.Issues);

        var (rebuild, _) = await SayAsync(issue.Number, "/merge rebuild");
        Assert.Contains("- 1 model unchanged: rebuilt to the same bytes.", rebuild.Ended(0).Summary, StringComparison.Ordinal);

        var (refused, reactions) = await SayAsync(issue.Number, "/merge apply ca2af518");
        Assert.Equal("command-refused", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Equal(["eyes", "confused"], reactions);
        var (stranger, _) = await SayAsync(issue.Number, "/merge rebuild", "mallory");
        Assert.Equal("command-refused", stranger.Ended(4).Outputs["failure-reason"]);
        var other = world.Repository.AddIssue("mallory", "Look", "<!-- mergeops:rolling-issue -->");
        var (silent, none) = await SayAsync(other.Number, "/merge rebuild");
        Assert.Contains("Nothing to do", silent.Ended(0).Log, StringComparison.Ordinal);
        Assert.Empty(none);
    }

    [Fact]
    public async Task A_recipe_that_cannot_be_looked_at_is_not_called_unmoved()
    {
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5));
        world.Repository.Commit("main", new Dictionary<string, string?> { ["recipes/broken.yml"] = "merge_method: lineal\nmodels: [{ model: org/one }]\n" });

        var drift = (await world.WakeAsync()).Ended(1);

        Assert.Contains("Not every recipe could be checked; the run says why.", drift.Summary, StringComparison.Ordinal);
        Assert.Contains("Not every recipe could be checked; the run says why.", Assert.Single(world.Issues), StringComparison.Ordinal);
        Assert.Contains("::error file=recipes/broken.yml", drift.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_people_closed_the_pull_request_the_run_after_a_publication_says_that_nothing_updates_the_lock()
    {
        await PublishAsync(0.5, "first");
        world.Repository.Commit("main", await UsingRecipeAsync());
        await PublishAsync(0.75, "second");
        await ChainAsync();
        Assert.Single(world.Repository.Pulls, pull => pull.Title == "Update the lock of recipes/using.yml").IsOpen = false;

        var summary = await ChainAsync();

        Assert.Contains("acme/small", summary, StringComparison.Ordinal);
        Assert.Contains("No pull request updates a lock for this: it was closed before, or the run says why.", summary, StringComparison.Ordinal);
    }

    private void Move(string model) => world.User.Hub.Repository(model).Push("Write more", new Dictionary<string, byte[]?> { ["README.md"] = "---\nlicense: apache-2.0\n---\nmore\n"u8.ToArray() });

    private async Task<(WorkflowResult Run, IReadOnlyList<string> Reactions)> SayAsync(int issue, string body, string login = GitHubWorld.Maintainer)
    {
        var comment = world.Repository.AddComment(issue, login, body);
        var payload = WebhookPayloads.Comment(GitHubWorld.Name, issue, comment.Id, login, body);
        payload["issue"]!.AsObject().Remove("pull_request");
        var run = await world.RunAsync("issue_comment", payload, world.CheckOut(), null);
        return (run, [.. comment.Reactions.Select(reaction => reaction.Content)]);
    }

    private async Task<string> ChainAsync()
    {
        var (_, _, parents) = world.Repository.Git.Describe(world.Main);
        return (await world.RunAsync("push", WebhookPayloads.Push(GitHubWorld.Name, parents[0], world.Main), world.CheckOut(), null, "--step", "chain")).Ended(0).Summary;
    }

    private async Task<Dictionary<string, string?>> UsingRecipeAsync()
    {
        var recipe = world.User.Recipe("""
            name: using
            merge_method: linear
            models:
              - model: acme/small
                parameters: { weight: 0.5 }
              - model: org/two
                parameters: { weight: 0.5 }
            publish: { hub: acme/using }
            """, "recipes/using.yml");
        var run = await world.User.RunAsync("lock", recipe);
        Assert.True(run.ExitCode == 0, run.Error);
        return world.RecipeFiles();
    }

    private async Task PublishAsync(double weight, string branch)
    {
        var files = (await world.RecipeAsync("small", weight)).Where(file => !file.Key.Contains("/using.", StringComparison.Ordinal)).ToDictionary();
        await world.PublishAsync(files, branch);
    }
}
