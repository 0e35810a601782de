using System.Collections.Concurrent;
using MergeOps.TestGitHub.Events;

namespace MergeOps.TestGitHub.Storage;

/// <summary>A job of a run.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">What people see.</param>
internal sealed record StoredJob(long Id, string Name)
{
    /// <summary><c>queued</c>, <c>waiting</c> for people, <c>in_progress</c> or <c>completed</c>.</summary>
    public string Status { get; set; } = "queued";

    /// <summary><c>success</c>, <c>failure</c>, <c>cancelled</c> or <c>skipped</c>; null before its end.</summary>
    public string? Conclusion { get; set; }

    /// <summary>What it waits for, in words; null when for nothing.</summary>
    public string? WaitsFor { get; set; }

    /// <summary>The environment whose reviewers are asked; null for none.</summary>
    public string? AskedEnvironment { get; set; }

    /// <summary>Completed with true when they approve, with false when they refuse.</summary>
    public TaskCompletionSource<bool> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it printed.</summary>
    public string Log { get; set; } = "";

    /// <summary>What it wrote for the page of the run.</summary>
    public string Summary { get; set; } = "";
}

/// <summary>A run of a workflow.</summary>
/// <param name="Id">Its number.</param>
/// <param name="File">The workflow's file, from the repository's root.</param>
/// <param name="Workflow">The workflow's name.</param>
/// <param name="Cause">What started it.</param>
internal sealed record StoredRun(long Id, string File, string Workflow, GitHubEvent Cause)
{
    private readonly TaskCompletionSource<string> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Its jobs, as they came.</summary>
    public ConcurrentQueue<StoredJob> Jobs { get; } = new();

    /// <summary>How it ended; null before.</summary>
    public string? Conclusion => end.Task.IsCompletedSuccessfully ? end.Task.Result : null;

    /// <summary>Waits for the end and tells how it was.</summary>
    public Task<string> Ended => end.Task;

    /// <summary>Ends it.</summary>
    public void End(string conclusion) => end.TrySetResult(conclusion);
}
