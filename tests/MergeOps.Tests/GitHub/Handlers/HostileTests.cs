using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.TestGitHub.Faults;
using MergeOps.TestHub.Faults;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Names that want to be commands, secrets that want out, and a GitHub that does not do what it is asked.</summary>
public sealed class HostileTests : IAsyncLifetime
{
    private const string Markup = "<img src=https://evil.example/x>@acme/owners [all checks passed](https://evil.example)";

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Hostile_branches_titles_file_names_recipe_names_and_cards_change_nothing_but_text()
    {
        world.IsOfProcesses = true;
        world.User.Hub.Repository("org/one").Push("card", new Dictionary<string, byte[]?>
        {
            ["README.md"] = System.Text.Encoding.UTF8.GetBytes($"---\nlicense: mit\ndatasets: [\"{Markup}\"]\n---\n::error::owned\n{Markup}\n"),
        });
        var files = await world.RecipeAsync("small", 0.5, $"description: \"{Markup} $(touch owned) `touch owned`\"");
        const string Recipe = "recipes/a$(touch owned);`x`|::error::.yml";
        files = files.ToDictionary(file => file.Key.Replace("recipes/small", Recipe[..^4], StringComparison.Ordinal), file => file.Value);
        var pull = world.Open(files, title: $"zzz\";echo${{IFS}}\"hello\";# {Markup}", branch: "zzz\";echo${IFS}\"hello\";#");

        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        var applied = (await world.MergeAsync(pull)).Ended(0);

        var comment = Assert.Single(world.Comments(pull));
        Assert.Contains("`` recipes/a$(touch owned);`x`\\|::error::.yml ``", comment, StringComparison.Ordinal);
        foreach (var text in (string[])[comment, plan.Summary, applied.Summary])
        {
            Assert.DoesNotContain("<img", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(@"(?<!`[^`\n]*)@acme/owners", text);
        }

        Assert.All(plan.Log.Split('\n').Concat(applied.Log.Split('\n')), line => Assert.DoesNotMatch(@"^\s*::(?!(warning|notice|add-mask) ?)", line));
        Assert.Empty(Directory.EnumerateFiles(Directory.GetCurrentDirectory(), "owned"));
        Assert.Equal("0.1.0", applied.Outputs["version"]);
    }

    [Fact]
    public async Task A_secret_in_a_recipe_or_in_the_environment_gets_out_nowhere()
    {
        world.IsOfProcesses = true;
        const string Pasted = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789";
        const string Environmental = "correct-horse-battery-staple-with-a-long-tail";
        world.User.Set("ACME_DEPLOY_PASSWORD", Environmental);
        var files = await world.RecipeAsync("small", 0.5);
        files["recipes/pasted.yml"] = $"# {Pasted}\nmerge_method: linear\nmodels:\n  - model: org/one\n";
        files["recipes/named.yml"] = $"name: {Environmental}\n{files["recipes/small.yml"]!.Replace("name: small\n", "", StringComparison.Ordinal)}";
        files["recipes/named.lock.yml"] = files["recipes/small.lock.yml"];
        var pull = world.Open(files);

        var plan = (await world.PlanAndPostAsync(pull)).Ended(1);

        Assert.Contains("A Hugging Face token, judging by its form.", plan.Log, StringComparison.Ordinal);
        foreach (var secret in (string[])[Pasted, Environmental, world.User.Hub.Token, world.Server.Token])
        {
            var trace = new TokenTrace(secret);
            Assert.False(trace.IsIn(plan.Log), $"{secret} is in the log");
            Assert.False(trace.IsIn(plan.Summary));
            Assert.False(trace.IsIn(Assert.Single(world.Comments(pull))));
            Assert.Empty(trace.FilesBelow(plan.Folder));
        }
    }

    [Fact]
    public async Task A_servers_error_that_repeats_the_token_does_not_give_it_away()
    {
        world.IsOfProcesses = true;
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);
        world.Server.Faults.Add(Misbehave.Answer(403, "application/json", $$"""{"message":"Bad token {{world.Server.Token}}"}"""), "*/issues/*/comments", "POST");

        var posted = (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("Bad token ***", posted.Log, StringComparison.Ordinal);
        Assert.False(new TokenTrace(world.Server.Token).IsIn(posted.Log));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "secondary limit", "limit" },
        { "not accessible", "pull-requests: write" },
        { "failure", "500" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_GitHub_does_not_take_is_said_and_the_rest_is_done(string fault, string reason)
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);
        world.Server.Faults.Add(
            fault switch
            {
                "secondary limit" => GitHubFaults.SecondaryLimit(retryAfter: 3600),
                "not accessible" => GitHubFaults.NotAccessible(),
                _ => GitHubFaults.Failure(),
            },
            "*/issues/*/comments",
            "POST");

        var posted = (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("::warning title=MOPS826::GitHub rejected a report. It did not accept the comment:", posted.Log, StringComparison.Ordinal);
        Assert.Contains(reason, posted.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.Empty(world.Comments(pull));
        Assert.InRange(posted.Calls, 1, 19);
    }

    [Fact]
    public async Task A_comment_that_is_too_long_is_posted_in_a_shorter_form()
    {
        // few recipes that need many words
        var files = await world.RecipeAsync("small", 0.5);
        const string Model = "  - model: org/two\n    parameters: { weight: 0.5 }\n";
        files["recipes/small.yml"] = files["recipes/small.yml"]!.Replace(Model, string.Concat(Enumerable.Repeat(Model, 40)), StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            files[$"recipes/copy-{i:d3}.yml"] = files["recipes/small.yml"]!.Replace("name: small", $"name: copy-{i:d3}", StringComparison.Ordinal);
            files[$"recipes/copy-{i:d3}.lock.yml"] = files["recipes/small.lock.yml"];
        }

        var pull = world.Open(files);

        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);

        var comment = Assert.Single(world.Comments(pull));
        Assert.InRange(comment.Length, 1, 65_536);
        Assert.Contains("Shortened, because a comment can have at most 65,536 characters", comment, StringComparison.Ordinal);
        Assert.Contains("| `recipes/copy-019.yml` |", comment, StringComparison.Ordinal);
        Assert.Contains("What <code>recipes/copy-019.yml</code> does", plan.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_that_GitHub_finds_too_long_is_posted_in_a_shorter_form()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);
        world.Server.Faults.Add(
            Misbehave.Answer(422, "application/json", """{"message":"Validation Failed","errors":[{"resource":"IssueComment","code":"unprocessable","field":"data","message":"Body is too long (maximum is 65536 characters)"}]}"""),
            "*/issues/*/comments",
            "POST",
            times: 1);

        (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("Shortened", Assert.Single(world.Comments(pull)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comment_that_was_deleted_in_between_is_written_again()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        var first = Assert.Single(world.Repository.Comments(pull.Number));
        world.Push(pull, await world.RecipeAsync("small", 0.75));
        plan = (await world.PlanAsync(pull)).Ended(0);
        // whoever deletes it is faster than the edit
        world.Server.Faults.Add(Misbehave.First(() => world.Repository.DeleteComment(first.Id)), "*/issues/comments/*", "PATCH");

        var again = (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains("The comment had been deleted; it was written again.", again.Log, StringComparison.Ordinal);
        Assert.NotEqual(first.Id, Assert.Single(world.Repository.Comments(pull.Number)).Id);
    }

    [Fact]
    public async Task A_GitHub_that_cannot_be_asked_what_was_approved_stops_the_run_before_anything_is_merged()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Server.Faults.Add(GitHubFaults.NotAccessible(), "*/commits/*/pulls*", "GET");

        var applied = (await world.MergeAsync(pull)).Ended(3);

        Assert.Equal("environment", applied.Outputs["failure-reason"]);
        Assert.Equal("error", world.Status(world.Main, "mergeops/apply"));
        Assert.Null(world.User.Hub.Store.Repository("acme/small"));
    }

    [Fact]
    public async Task A_comment_of_somebody_else_with_our_first_line_is_nobodys_approval()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);
        world.Repository.AddComment(pull.Number, "mallory", CommentHeader.Of(PlanReportJson.Read(plan.Report)).Write());

        var applied = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("plan-not-approved", applied.Outputs["failure-reason"]);
    }

    [Fact]
    public async Task Reviews_of_the_author_of_strangers_and_of_an_older_commit_approve_nothing()
    {
        world.Decide("approvals: 1\n");
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Review(pull.Number, GitHubWorld.Maintainer);
        world.Push(pull, await world.RecipeAsync("small", 0.75));
        (await world.PlanAndPostAsync(pull)).Ended(0);
        world.Repository.Review(pull.Number, pull.Login);
        world.Repository.Review(pull.Number, "stranger");

        var applied = (await world.MergeAsync(pull)).Ended(4);

        Assert.Equal("plan-not-approved", applied.Outputs["failure-reason"]);
        Assert.Contains("has 0 of the 1 approving reviews", applied.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_about_another_commit_than_that_of_its_run_is_not_posted()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);

        var refused = (await world.PostAsync(plan, world.Main)).Ended(1);

        Assert.Contains("It is about a different commit than the run that made it.", refused.Log, StringComparison.Ordinal);
        Assert.Empty(world.Comments(pull));
        Assert.Null(world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Theory]
    [InlineData("It is about another repository.")]
    [InlineData("The pull request goes to another branch.")]
    [InlineData("The run that made it was not for a pull request.")]
    public async Task A_report_from_elsewhere_is_not_posted(string reason)
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);
        var (report, run) = (PlanReportJson.Read(plan.Report), Events.WebhookPayloads.FinishedRun(GitHubWorld.Name, pull.HeadSha));
        if (reason.Contains("repository", StringComparison.Ordinal))
        {
            report = report with { Repository = "mallory/merges" };
        }
        else if (reason.Contains("branch", StringComparison.Ordinal))
        {
            report = report with { BaseBranch = "drafts" };
        }
        else
        {
            run["workflow_run"]!["event"] = "push";
        }

        await File.WriteAllTextAsync(plan.Report, PlanReportJson.Write(report), TestContext.Current.CancellationToken);

        var refused = (await world.RunAsync("workflow_run", run, world.CheckOut(), null, "--step", "comment", "--report", plan.Report)).Ended(1);

        Assert.Contains(reason, refused.Log, StringComparison.Ordinal);
        Assert.Empty(world.Comments(pull));
        Assert.Null(world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Theory]
    [InlineData("hub:acme/small", "hub:acme/harmless")]
    [InlineData("\"model\": \"org/two", "\"model\": \"org/three")]
    [InlineData("\"comparison\": \"New\"", "\"comparison\": \"Same\"")]
    public async Task A_report_that_shows_something_else_than_its_plan_is_not_posted(string real, string shown)
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAsync(pull)).Ended(0);
        var text = await File.ReadAllTextAsync(plan.Report, TestContext.Current.CancellationToken);
        Assert.Contains(real, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(plan.Report, text.Replace(real, shown, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var refused = (await world.PostAsync(plan, pull.HeadSha)).Ended(1);

        Assert.Contains("gives plans, targets, test data, gates or changes that differ from what it says", refused.Log, StringComparison.Ordinal);
        Assert.Empty(world.Comments(pull));
        Assert.Null(world.Status(pull.HeadSha, "mergeops/plan"));
    }

    [Fact]
    public async Task A_report_that_comes_after_the_merge_changes_nothing_that_was_approved()
    {
        var pull = world.Open(await world.RecipeAsync("small", 0.5));
        var plan = (await world.PlanAndPostAsync(pull)).Ended(0);
        var comment = Assert.Single(world.Comments(pull));
        world.Repository.Merge(pull.Number);
        await File.WriteAllTextAsync(
            plan.Report,
            (await File.ReadAllTextAsync(plan.Report, TestContext.Current.CancellationToken)).Replace(plan.Outputs["plan-hash"], new string('0', 64), StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var late = (await world.PostAsync(plan, pull.HeadSha)).Ended(0);

        Assert.Contains($"Not posted: pull request {pull.Number} is closed.", late.Log, StringComparison.Ordinal);
        Assert.Equal(comment, Assert.Single(world.Comments(pull)));
    }
}
