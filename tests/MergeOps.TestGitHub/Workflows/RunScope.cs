using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>A run while it goes on.</summary>
/// <param name="Service">What carries it out.</param>
/// <param name="Run">The run.</param>
internal sealed record RunScope(ActionsService Service, StoredRun Run)
{
    /// <summary>What started it.</summary>
    public GitHubEvent Cause => Run.Cause;

    /// <summary>Tells people something of a job.</summary>
    public void Say(string job, string sentence) => Service.Options.Say($"{Run.Workflow} #{Run.Id}, {job}: {sentence}");

    /// <summary>The context <c>github</c>, without what belongs to one job.</summary>
    public Dictionary<string, object?> GitHub() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["event"] = Values.FromJson(Cause.Payload),
        ["event_name"] = Cause.Name,
        ["actor"] = Cause.Actor,
        ["triggering_actor"] = Cause.Actor,
        ["api_url"] = Service.Server.Api.AbsoluteUri.TrimEnd('/'),
        ["server_url"] = Service.Server.Root.AbsoluteUri.TrimEnd('/'),
        ["repository"] = Cause.Repository.FullName,
        ["repository_owner"] = Cause.Repository.Owner,
        ["ref"] = Cause.Reference,
        ["ref_name"] = ReferenceName,
        ["sha"] = Cause.Sha,
        ["head_ref"] = Cause.Name == "pull_request" ? Cause.HeadBranch : "",
        ["base_ref"] = Cause.Name == "pull_request" ? Cause.BaseBranch : "",
        ["run_id"] = $"{Run.Id}",
        ["run_number"] = $"{Run.Id}",
        ["run_attempt"] = "1",
        ["workflow"] = Run.Workflow,
        ["workflow_ref"] = WorkflowReference,
    };

    /// <summary>The workflow's file and where it is from.</summary>
    public string WorkflowReference => $"{Cause.Repository.FullName}/{Run.File}@{Cause.Reference}";

    /// <summary>The short name of what the run is for.</summary>
    public string ReferenceName => Cause.Reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? Cause.Reference["refs/heads/".Length..] : Cause.Reference["refs/pull/".Length..];

    /// <summary>The context <c>vars</c>.</summary>
    public Dictionary<string, object?> Variables() =>
        Cause.Repository.Settings.Variables.ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.OrdinalIgnoreCase);
}
