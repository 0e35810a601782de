using System.Text.RegularExpressions;
using MergeOps.TestGitHub.Workflows;
using YamlDotNet.RepresentationModel;

namespace MergeOps.Tests.GitHub.Workflows;

/// <summary>What makes a workflow safe to run for everybody's pull requests and with a publisher's rights.</summary>
internal static partial class WorkflowRules
{
    private static readonly string[] EventsOfStrangers = ["pull_request", "issue_comment", "workflow_run"];
    private static readonly string[] HostedMachines = ["ubuntu-24.04", "windows-2025", "macos-15", "${{ matrix.os }}"];

    /// <summary>Every rule that a workflow breaks, as sentences.</summary>
    public static IEnumerable<string> BrokenBy(string text)
    {
        var workflow = WorkflowFile.Parse(text);
        return [.. OfTheWhole(workflow), .. workflow.Jobs.SelectMany(job => OfJob(workflow, job).Concat(job.Steps.SelectMany(step => OfStep(workflow, step))))];
    }

    private static IEnumerable<string> OfTheWhole(WorkflowFile workflow)
    {
        if (workflow.Events.Contains("pull_request_target"))
        {
            yield return "pull_request_target gives secrets to runs over anybody's files";
        }

        if (workflow.Permissions is null || workflow.Permissions.Any(granted => granted is not { Key: "contents", Value: "read" }))
        {
            yield return "the token may do more than read, or whatever the repository's settings say";
        }

        if (workflow.Events.Any(EventsOfStrangers.Contains) && workflow.Text.Contains("secrets.", StringComparison.Ordinal))
        {
            yield return "strangers start it, and it holds a secret";
        }

        foreach (Match minute in CronMinute().Matches(workflow.Text))
        {
            if (minute.Groups[1].Value is "0" or "00" or "30" or "*")
            {
                yield return $"the minute {minute.Groups[1].Value} is everybody's";
            }
        }
    }

    private static IEnumerable<string> OfJob(WorkflowFile workflow, WorkflowJob job)
    {
        if (WorkflowFile.Find(job.Node, "uses") is { } called)
        {
            if (!called.StartsWith("./.github/workflows/", StringComparison.Ordinal))
            {
                yield return $"{job.Name} runs {called}, which others may change";
            }

            // its own jobs are looked at by themselves
            yield break;
        }

        var machine = WorkflowFile.Find(job.Node, "runs-on");
        var isHosted = HostedMachines.Contains(machine);
        var permissions = job.Permissions ?? workflow.Permissions ?? new Dictionary<string, string>();
        if (WorkflowFile.Find(job.Node, "timeout-minutes") is null)
        {
            yield return $"{job.Name} may run for six hours";
        }

        if (permissions.Any(granted => granted is { Key: "*" } or { Value: not ("read" or "write" or "none") }))
        {
            yield return $"{job.Name} does not name its permissions one by one";
        }

        if (workflow.Events.Contains("pull_request") && (!isHosted || permissions.Values.Contains("write")))
        {
            yield return $"{job.Name} lets a pull request reach a machine of ours, or write";
        }

        if (!isHosted && workflow.Events.Any(EventsOfStrangers.Contains) && WorkflowFile.Find(job.Node, "if")?.Split(" && ")[0] is not ("needs.origin.outputs.fork == 'false'" or "!github.event.issue.pull_request"))
        {
            yield return $"{job.Name} lets a fork's pull request reach a machine of ours";
        }

        // one that can only read has nothing to publish with; without an environment no secret of one reaches it
        var onlyReads = permissions.All(granted => granted is { Key: "contents", Value: "read" }) && workflow.Events.SequenceEqual(["workflow_call"]);
        if (((!isHosted && !onlyReads) || permissions.ContainsKey("id-token")) && WorkflowFile.Mapping(job.Node, "environment")?.Keys.Any(key => key is "*" or "name") != true)
        {
            yield return $"{job.Name} publishes without asking anybody";
        }

        if (workflow.Events.Contains("issue_comment") && workflow.Root.Children.ContainsKey("concurrency"))
        {
            yield return "any comment takes the place of one that waits";
        }
    }

    private static IEnumerable<string> OfStep(WorkflowFile workflow, YamlMappingNode step)
    {
        var name = WorkflowFile.Find(step, "name") ?? "a step without a name";
        var with = WorkflowFile.Mapping(step, "with") ?? new Dictionary<string, string>();
        if (WorkflowFile.Find(step, "run") is { } script && script.Contains("${{", StringComparison.Ordinal))
        {
            yield return $"'{name}' lets an expression write its script";
        }

        if (WorkflowFile.Find(step, "run") is { } exporting && (exporting.Contains("GITHUB_ENV", StringComparison.Ordinal) || exporting.Contains("GITHUB_PATH", StringComparison.Ordinal)))
        {
            yield return $"'{name}' changes the environment of later steps";
        }

        if (WorkflowFile.Find(step, "uses") is not { } uses)
        {
            yield break;
        }

        if (uses != "./" && !(WholeCommit().IsMatch(uses) && NamesVersion(workflow, uses)))
        {
            yield return $"'{name}' uses {uses}, which is not a whole commit with its version behind it";
        }

        if (uses.StartsWith("actions/checkout@", StringComparison.Ordinal) && with.GetValueOrDefault("persist-credentials") != "false")
        {
            yield return $"'{name}' leaves the token in the checkout";
        }

        if (uses.StartsWith("actions/checkout@", StringComparison.Ordinal) && with.ContainsKey("ref"))
        {
            yield return $"'{name}' checks out what somebody else chooses";
        }

        if (uses.StartsWith("actions/cache", StringComparison.Ordinal) || with.ContainsKey("cache"))
        {
            yield return $"'{name}' takes files from a cache that other runs write";
        }

        if (uses.StartsWith("actions/download-artifact@", StringComparison.Ordinal)
            && !(with.ContainsKey("run-id") && with.GetValueOrDefault("path", "").StartsWith("${{ runner.temp }}/", StringComparison.Ordinal)))
        {
            yield return $"'{name}' unpacks an artifact of another run, or into the checkout";
        }
    }

    private static bool NamesVersion(WorkflowFile workflow, string uses) =>
        workflow.Text.Split('\n').Where(line => line.Contains(uses, StringComparison.Ordinal)).All(line => VersionBehind().IsMatch(line));

    [GeneratedRegex("^[A-Za-z0-9-]+/[A-Za-z0-9._/-]+@[0-9a-f]{40}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WholeCommit();

    [GeneratedRegex(@" # v\d+\.\d+\.\d+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionBehind();

    [GeneratedRegex(@"cron: [""']?(\S+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CronMinute();
}
