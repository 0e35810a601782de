using System.Text;
using MergeOps.GitHub.Comments;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>From a fork's pull request to a published model, against a GitHub and a Hub on this machine.</summary>
public sealed class PullRequestTests : IAsyncLifetime
{
    private const string Recipe = "recipes/small.yml";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await GitHubWorld.StartAsync();
        world.Decide("approvals: 1\n");
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_forks_pull_request_becomes_a_published_tagged_model_under_one_comment()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var firstHead = pull.HeadSha;
        var firstPlan = (await world.PlanAsync(pull)).Ended(0);
        Assert.Empty(world.Comments(pull));
        (await world.PostAsync(firstPlan, pull.HeadSha)).Ended(0);
        var firstHash = firstPlan.Outputs["plan-hash"];
        Assert.Contains($"| `{Recipe}` | `{firstHash[..8]}` |", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("true", firstPlan.Outputs["changes"]);

        // the author pushes again; the report of the commit before comes late
        world.Push(pull, await world.RecipeAsync("small", 0.75));
        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        var late = (await world.PostAsync(firstPlan, firstHead)).Ended(0);
        Assert.Contains($"Not posted: pull request {pull.Number} is at", late.Log, StringComparison.Ordinal);
        var hash = plan.Outputs["plan-hash"];
        Assert.NotEqual(firstHash, hash);
        Assert.Contains($"`{hash[..8]}`", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));

        // merged before anybody approved it: nothing is made; approved and run again: everything is
        var refused = (await world.MergeAsync(pull)).Ended(4);
        Assert.Equal("plan-not-approved", refused.Outputs["failure-reason"]);
        Assert.False(world.User.Hub.Store.Repository("acme/small") is not null);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        var applied = (await world.ApplyAsync()).Ended(0);

        Assert.Equal(hash, applied.Outputs["plan-hash"]);
        Assert.Equal(("0.1.0", "success"), (applied.Outputs["version"], world.Status(world.Main, "mergeops/apply")));
        var repository = world.User.Hub.Repository("acme/small");
        Assert.Equal(["v0.1.0"], repository.Tags.Keys);
        Assert.Equal(repository.Head.Id, applied.Outputs["revision"]);
        Assert.Contains(hash, Encoding.UTF8.GetString(repository.Head.Files["publication.json"].Content.ReadAll()), StringComparison.Ordinal);
        Assert.Contains("published [`0.1.0`](http", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.All([firstPlan, plan, late, refused, applied], run => Assert.InRange(run.Calls, 1, 19));

        // once more: the same, and nothing new
        var again = (await world.ApplyAsync()).Ended(0);
        Assert.Equal(["v0.1.0"], repository.Tags.Keys);
        Assert.Equal("0.1.0", again.Outputs["version"]);
        Assert.Contains("unchanged [`0.1.0`]", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_changed_between_approval_and_merge_is_made_only_when_it_is_shown_and_commanded_anew()
    {
        var recipe = await world.RecipeAsync("small", 0.5);
        world.Repository.Commit("main", recipe);
        var pull = world.Open(await world.RecipeAsync("small", 0.75));
        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        Assert.Contains("7 tensors change", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        // somebody changes another line of the same recipe on the main branch
        world.Repository.Commit("main", new Dictionary<string, string?> { [Recipe] = "dtype: bfloat16\n" + recipe[Recipe] });

        var stopped = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("plan-changed", stopped.Outputs["failure-reason"]);
        Assert.Contains("**plan changed**", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(world.Main, "mergeops/apply"));
        // running the job again does not help: what was approved stays what it was
        Assert.Equal("plan-changed", (await world.ApplyAsync()).Ended(4).Outputs["failure-reason"]);

        var (stale, sadly) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {plan.Outputs["plan-hash"][..8]}");
        Assert.Equal("plan-changed", stale.Ended(4).Outputs["failure-reason"]);
        Assert.Equal(["eyes", "confused"], sadly);
        Assert.False(world.User.Hub.Store.Repository("acme/small") is not null);

        var (shown, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, "/merge plan");
        var (applied, happily) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {shown.Ended(0).Outputs["plan-hash"][..8]}");
        Assert.Equal("0.1.0", applied.Ended(0).Outputs["version"]);
        Assert.Equal(["eyes", "rocket"], happily);
        Assert.Equal("success", world.Status(world.Main, "mergeops/apply"));
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/small").Tags.Keys);
        Assert.Contains("published [`0.1.0`]", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.InRange(applied.Calls, 1, 19);
    }

    [Fact]
    public async Task Commands_of_people_who_may_not_write_are_refused_and_talk_is_passed_over()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        (await world.PlanAndPostAsync(pull)).Ended(0);

        var (refused, sadly) = await world.SayAsync(pull, "mallory", "/merge plan");
        var (talk, silence) = await world.SayAsync(pull, "mallory", "Is this /merge ready?");

        Assert.Equal("command-refused", refused.Ended(4).Outputs["failure-reason"]);
        Assert.Equal(["eyes", "confused"], sadly);
        Assert.Contains("Nothing to do", talk.Ended(0).Log, StringComparison.Ordinal);
        Assert.Empty(silence);
    }

    [Fact]
    public async Task An_open_pull_request_can_be_tried_by_a_preview_and_needs_an_approval_to_be_carried_out()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5), fork: null);
        var hash = (await world.PlanAndPostAsync(pull)).Ended(0).Outputs["plan-hash"][..8];

        var (refused, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}");
        Assert.Equal("plan-not-approved", refused.Ended(4).Outputs["failure-reason"]);
        var (preview, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge preview {hash}");
        preview.Ended(0);
        Assert.Contains("previewed", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Empty(world.User.Hub.Repository("acme/small").Tags);

        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        var (applied, _) = await world.SayAsync(pull, GitHubWorld.Maintainer, $"/merge apply {hash}");
        applied.Ended(0);
        Assert.Equal(["v0.1.0"], world.User.Hub.Repository("acme/small").Tags.Keys);
    }

    [Fact]
    public async Task Gates_on_the_models_are_judged_where_the_settings_let_runners_read_them()
    {
        const string Gates = "gates: [{metric: analysis.cosine, max: 1}]";
        var pull = world.Open(await world.RecipeAsync("small", 0.5, Gates));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        Assert.Contains("`analysis.cosine ≤ 1 (not judged yet)`", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);

        world.Decide("analyze: true\n");
        world.Push(pull, await world.RecipeAsync("small", 0.75, Gates));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains("`analysis.cosine ≤ 1 (passed: analysis.cosine of org/one and org/two = ", comment, StringComparison.Ordinal);
        Assert.Contains("learned, by layer and role</summary>\n\n```text\nCosines by layer, the first on the left: ", comment, StringComparison.Ordinal);
        Assert.Contains("\norg/one × org/two  ", comment, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_of_the_repository_that_one_job_plans_and_another_posts_is_judged_by_the_one_that_posts()
    {
        world.Decide("analyze: true\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5, "gates: [{metric: analysis.cosine, max: 1}]"), fork: null);

        (await world.PlanAndPostAsync(pull)).Ended(0);

        Assert.Contains("`analysis.cosine ≤ 1 (passed: ", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pull_request_without_recipes_gets_a_status_and_no_comment()
    {
        var pull = world.Open(new Dictionary<string, string?> { ["README.md"] = "Hello\n" });

        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);

        Assert.Equal("false", plan.Outputs["changes"]);
        Assert.Empty(world.Comments(pull));
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task A_shallow_checkout_takes_the_patterns_of_recipes_from_the_base_branch_too()
    {
        world.Decide("recipes: models/*.yml\n");
        var pull = world.Open(new Dictionary<string, string?> { ["models/small.yml"] = "merge_method: taks_arithmetic\nmodels: []\n" });
        var checkout = world.CheckOutTrial(pull);
        await File.WriteAllTextAsync(Path.Combine(checkout.Folder, ".git", "shallow"), $"{checkout.Head}\n", TestContext.Current.CancellationToken);
        checkout.Run("update-ref", "-d", "refs/remotes/origin/main");

        var plan = await world.RunAsync("pull_request", GitHubWorld.PayloadOf(pull), checkout, null, "--step", "plan");

        Assert.Contains("::error file=models/small.yml,", plan.Ended(1).Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_of_more_files_than_GitHub_lists_is_carried_out()
    {
        var files = await world.RecipeAsync("small", 0.5);
        for (var i = 0; i < 320; i++)
        {
            files[$"data/{i:d3}.txt"] = "x\n";
        }

        var pull = world.Open(files);
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);

        Assert.Equal("0.1.0", (await world.MergeAsync(pull)).Ended(0).Outputs["version"]);
    }

    [Fact]
    public async Task A_mistake_in_a_recipe_is_an_annotation_on_its_line_a_row_of_the_comment_and_a_failed_status()
    {
        var files = await world.RecipeAsync("small", 0.5);
        files[Recipe] = "merge_method: taks_arithmetic\nbase_model: org/base\nmodels:\n  - model: org/one\n";
        var pull = world.Open(files);

        var plan = (await world.PlanAndPostAsync(pull)).Ended(1);

        Assert.Contains($"::error file={Recipe},line=1,endLine=1,col=15,", plan.Log, StringComparison.Ordinal);
        Assert.Equal("invalid", plan.Outputs["failure-reason"]);
        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains($"| `{Recipe}` | **1 error** |", comment, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'task_arithmetic'?", comment, StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.Contains("Did you mean", await File.ReadAllTextAsync(Path.Combine(plan.Folder, "findings.sarif"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_moved_is_told_in_one_issue_and_proposed_as_one_planned_pull_request()
    {
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5));
        Assert.Equal("false", (await world.WakeAsync()).Ended(0).Outputs["changes"]);
        Assert.Empty(world.Issues);

        world.User.Hub.Repository("org/one").Push("Improve", new Dictionary<string, byte[]?> { ["README.md"] = "---\nlicense: mit\n---\nBetter\n"u8.ToArray() });
        var moved = (await world.WakeAsync()).Ended(0);
        var again = (await world.WakeAsync()).Ended(0);

        Assert.Equal("true", moved.Outputs["changes"]);
        var issue = Assert.Single(world.Issues);
        Assert.StartsWith(RollingIssue.Marker, issue, StringComparison.Ordinal);
        Assert.Contains($"| `{Recipe}` | `org/one` | new commits |", issue, StringComparison.Ordinal);
        var pull = Assert.Single(world.Repository.Pulls);
        Assert.Equal($"Update the lock of {Recipe}", pull.Title);
        Assert.Contains($"| `{Recipe}` |", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.All([moved, again], run => Assert.InRange(run.Calls, 1, 19));
    }
}
