using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Workflows;
using Xunit;

namespace MergeOps.Tests.GitHub.Workflows;

public sealed class WorkflowRulesTests
{
    private const string Checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";

    private const string Good = $$"""
        on:
          push:
        permissions: {}
        jobs:
          one:
            runs-on: ubuntu-24.04
            timeout-minutes: 5
            steps:
              - name: first
                uses: {{Checkout}}
                with:
                  persist-credentials: false
              - name: second
                run: echo "$VALUE"

        """;

    public static TheoryData<string> Templates => [.. RepositoryWorkflows.Templates.Keys];

    public static TheoryData<string> Live => [.. RepositoryWorkflows.Live.Keys];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_workflow_to_copy_keeps_every_rule(string name) => Assert.Empty(WorkflowRules.BrokenBy(RepositoryWorkflows.Templates[name].Text));

    [Theory]
    [MemberData(nameof(Live))]
    public void Every_workflow_of_this_repository_keeps_every_rule(string name) => Assert.Empty(WorkflowRules.BrokenBy(RepositoryWorkflows.Live[name].Text));

    // a job for a machine that nobody has waits for a day and fails
    [Fact]
    public void No_workflow_of_this_repository_waits_for_a_machine_of_its_own() =>
        Assert.All(RepositoryWorkflows.Live.Values, workflow => Assert.DoesNotContain("self-hosted", workflow.Text, StringComparison.Ordinal));

    [Fact]
    public void A_plain_workflow_breaks_none() => Assert.Empty(WorkflowRules.BrokenBy(Good));

    [Theory]
    [InlineData("  push:", "  pull_request_target:", "pull_request_target")]
    [InlineData("permissions: {}", "env: {}", "the token may do more than read")]
    [InlineData("permissions: {}", "permissions: write-all", "the token may do more than read")]
    [InlineData("    timeout-minutes: 5\n", "    permissions: write-all\n    timeout-minutes: 5\n", "one does not name its permissions")]
    [InlineData("echo \"$VALUE\"", "echo ${{ github.event.pull_request.title }}", "'second' lets an expression write its script")]
    [InlineData("echo \"$VALUE\"", "echo \"$VALUE\" >> \"$GITHUB_ENV\"", "'second' changes the environment")]
    [InlineData(Checkout, "actions/checkout@v7", "'first' uses actions/checkout@v7")]
    [InlineData(Checkout, "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "'first' uses actions/checkout@")]
    [InlineData("persist-credentials: false", "fetch-depth: 0", "'first' leaves the token in the checkout")]
    [InlineData("persist-credentials: false", "persist-credentials: false\n          ref: ${{ github.head_ref }}", "'first' checks out what somebody else chooses")]
    [InlineData("persist-credentials: false", "persist-credentials: false\n          cache: true", "'first' takes files from a cache")]
    [InlineData("    timeout-minutes: 5\n", "", "one may run for six hours")]
    [InlineData("runs-on: ubuntu-24.04", "runs-on: [self-hosted, gpu]", "one publishes without asking anybody")]
    [InlineData("  push:\npermissions: {}\njobs:\n  one:\n    runs-on: ubuntu-24.04", "  pull_request:\npermissions: {}\njobs:\n  one:\n    environment: x\n    runs-on: gpu", "one lets a pull request reach a machine of ours")]
    [InlineData("  push:", "  pull_request:\nenv: { A: \"${{ secrets.A }}\" }", "strangers start it, and it holds a secret")]
    [InlineData("  push:", "  schedule:\n    - cron: \"0 4 * * *\"", "the minute 0 is everybody's")]
    [InlineData("  push:", "  issue_comment:\nconcurrency: x", "any comment takes the place of one that waits")]
    public void Each_rule_sees_what_breaks_it(string good, string bad, string broken)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);

        Assert.Contains(WorkflowRules.BrokenBy(Good.Replace(good, bad, StringComparison.Ordinal)), sentence => sentence.Contains(broken, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_grant_in_the_workflows_to_copy_says_what_for()
    {
        var grants = from workflow in RepositoryWorkflows.Templates
                     from line in workflow.Value.Text.Split('\n')
                     where line.TrimStart().Split(' ') is [_, "read" or "write", ..]
                     select line;

        Assert.NotEmpty(grants);
        Assert.All(grants, line => Assert.Contains(" # to ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_job_that_runs_the_tool_may_read_the_pull_requests_in_which_plans_were_approved()
    {
        var jobs = from workflow in RepositoryWorkflows.Templates
                   from job in workflow.Value.Jobs
                   where job.Steps.Any(step => WorkflowFile.Find(step, "uses") == "./")
                   select (workflow.Key, job);

        Assert.NotEmpty(jobs);
        Assert.All(jobs, found => Assert.True(found.job.Permissions?.ContainsKey("pull-requests") == true || IsScoring(found.job), found.Key));
    }

    [Fact]
    public void Where_stages_have_machines_of_their_own_no_secret_is_in_reach_of_what_scores()
    {
        var stages = RepositoryWorkflows.Templates["merge-stages.yml"].Jobs.ToDictionary(job => job.Name);
        var scoring = Assert.Single(stages.Values, IsScoring);

        Assert.Equal(new Dictionary<string, string> { ["contents"] = "read" }, scoring.Permissions);
        Assert.Null(WorkflowFile.Mapping(scoring.Node, "environment"));
        Assert.False(stages["merge"].Permissions!.ContainsKey("id-token"));
        Assert.True(stages["publish"].Permissions!.ContainsKey("id-token"));
        Assert.DoesNotContain("secrets", RepositoryWorkflows.Templates["merge-stages.yml"].Text.Split("permissions: {}")[1], StringComparison.Ordinal);
    }

    private static bool IsScoring(WorkflowJob job) => job.Steps.Any(step => WorkflowFile.Mapping(step, "with")?.GetValueOrDefault("command") == "evaluate");

    [Fact]
    public void A_forks_pull_request_reaches_a_machine_of_ours_only_when_it_is_merged()
    {
        var script = RepositoryWorkflows.Templates["merge-command.yml"].Jobs.Single(job => job.Name == "origin").Steps
            .Select(step => WorkflowFile.Find(step, "run")).Single()!;

        Assert.Contains("--json isCrossRepository,state --jq '.isCrossRepository and .state != \"MERGED\"'", script, StringComparison.Ordinal);
    }

    [Fact]
    public void What_publishes_takes_turns_by_its_place_in_queues_that_drop_nothing()
    {
        var queues = from workflow in RepositoryWorkflows.Templates
                     from job in workflow.Value.Jobs
                     where job.Permissions?.ContainsKey("id-token") == true && workflow.Key != "merge-stages.yml"
                     select (Key: $"{workflow.Key} {job.Name}", Queue: WorkflowFile.Mapping(job.Node, "concurrency") ?? WorkflowFile.Mapping(workflow.Value.Root, "concurrency"));

        Assert.All(queues, found => Assert.Equal("max", found.Queue?["queue"]));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["merge-apply.yml apply"] = "mergeops-${{ matrix.group }}",
                // and what it calls waits with it
                ["merge-apply.yml stages"] = "mergeops-${{ matrix.group }}",
                ["merge-command.yml carry-out"] = "mergeops-${{ matrix.group }}",
                ["merge-issue.yml rebuild"] = "mergeops-rebuild",
                ["merge-parts.yml join"] = "mergeops-parts-${{ inputs.recipe }}",
                ["merge-rebuild.yml rebuild"] = "mergeops-rebuild",
            },
            queues.ToDictionary(found => found.Key, found => found.Queue!["group"]));
    }

    [Fact]
    public void Jobs_of_a_matrix_carry_out_the_recipe_that_is_theirs()
    {
        var jobs = RepositoryWorkflows.Templates.Values.SelectMany(workflow => workflow.Jobs)
            .Where(job => job.Permissions?.ContainsKey("id-token") == true && job.Node.Children.ContainsKey("strategy")).ToList();

        Assert.Equal(3, jobs.Count);
        Assert.All(jobs, job => Assert.Equal("${{ matrix.recipe }}", WorkflowFile.Mapping(job.Steps.LastOrDefault() ?? job.Node, "with")?.FirstOrDefault(given => given.Key is "recipe" or "recipes").Value));
    }

    [Fact]
    public void A_run_that_is_started_again_replaces_what_it_handed_over_before()
    {
        var uploads = RepositoryWorkflows.Templates.Values.SelectMany(workflow => workflow.Text.Split("uses: actions/upload-artifact@").Skip(1)).Select(step => step.Split("\n\n")[0]).ToList();

        Assert.True(uploads.Count >= 4);
        Assert.All(uploads, step => Assert.Contains("overwrite: true", step, StringComparison.Ordinal));
    }

    [Fact]
    public void The_report_is_that_of_the_workflow_that_plans()
    {
        var plan = RepositoryWorkflows.Templates["merge-pr.yml"];
        var report = RepositoryWorkflows.Templates["merge-pr-report.yml"];

        Assert.Contains($"workflows: [{WorkflowFile.Find(plan.Root, "name")}]", report.Text, StringComparison.Ordinal);
        Assert.Equal(ArtifactOf(plan, "actions/upload-artifact@"), ArtifactOf(report, "actions/download-artifact@"));
    }

    [Fact]
    public void The_action_hands_inputs_over_by_the_environment_alone()
    {
        var action = CompositeAction.Read(Path.Combine(Repository.Root, "action.yml"));
        var scripts = Directory.GetFiles(Path.Combine(Repository.Root, "build", "action"), "*.sh");

        Assert.All(action.Steps, step => Assert.DoesNotContain("${{", step.Run ?? "", StringComparison.Ordinal));
        Assert.All(action.Steps, step => Assert.True(step.Uses is null || System.Text.RegularExpressions.Regex.IsMatch(step.Uses, "@[0-9a-f]{40}$", default, TimeSpan.FromSeconds(1)), step.Uses));
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.DoesNotMatch(@"\b(eval|xargs)\b|GITHUB_(ENV|PATH|STATE)\b", File.ReadAllText(script)));
    }

    private static string? ArtifactOf(WorkflowFile workflow, string action) => (
        from job in workflow.Jobs
        from step in job.Steps
        where WorkflowFile.Find(step, "uses")?.StartsWith(action, StringComparison.Ordinal) == true
        select WorkflowFile.Mapping(step, "with")!["name"]).Single();
}
