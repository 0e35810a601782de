using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Events;

/// <summary>The run of a workflow in which this process works, as the runner's environment tells it.</summary>
internal sealed record WorkflowRun
{
    /// <summary>The name of the event; null outside a workflow.</summary>
    public string? EventName { get; init; }

    /// <summary>The file of the event's payload; null outside a workflow.</summary>
    public string? EventPath { get; init; }

    /// <summary>The repository as <c>owner/name</c>; null outside a workflow.</summary>
    public string? Repository { get; init; }

    /// <summary>The commit that the run is for; null outside a workflow.</summary>
    public string? Commit { get; init; }

    /// <summary>The folder of the checkout.</summary>
    public required string Workspace { get; init; }

    /// <summary>The page of the run; null outside a workflow.</summary>
    public string? Url { get; init; }

    /// <summary>The file that takes the step's summary; null outside a workflow.</summary>
    public string? SummaryPath { get; init; }

    /// <summary>A folder for files that the job may drop.</summary>
    public required string Temporary { get; init; }

    /// <summary>Takes what the step hands to the next ones.</summary>
    public required WorkflowOutputs Outputs { get; init; }

    /// <summary>Whether a runner reads what is printed.</summary>
    public bool IsOnRunner { get; init; }

    /// <summary>The event with its payload.</summary>
    /// <exception cref="MergeOpsException">There is none, it cannot be read, or nothing is to be done for it.</exception>
    public ForgeEvent Event() => this is { EventName: { } name, EventPath: { } path }
        ? WebhookEvent.Of(name, EventPayload.Read(path))
        : throw new MergeOpsException(Codes.NoWorkflow, "GITHUB_EVENT_NAME and GITHUB_EVENT_PATH are not set. Name what to do with --step, such as `--step plan`.");

    /// <summary>The run that an environment tells of.</summary>
    public static WorkflowRun Of(HostEnvironment environment)
    {
        var (repository, id) = (environment["GITHUB_REPOSITORY"], environment["GITHUB_RUN_ID"]);
        var server = environment["GITHUB_SERVER_URL"] ?? "https://github.com";
        return new()
        {
            EventName = environment["GITHUB_EVENT_NAME"],
            EventPath = environment["GITHUB_EVENT_PATH"],
            Repository = repository,
            Commit = environment["GITHUB_SHA"],
            Workspace = Path.GetFullPath(environment["GITHUB_WORKSPACE"] ?? "."),
            Url = repository is null || id is null ? null : $"{server.TrimEnd('/')}/{repository}/actions/runs/{id}",
            SummaryPath = environment["GITHUB_STEP_SUMMARY"],
            Temporary = Path.Combine(environment["RUNNER_TEMP"] ?? environment.TemporaryFolder, "mergeops"),
            Outputs = new(environment),
            IsOnRunner = environment["GITHUB_ACTIONS"] == "true",
        };
    }
}
