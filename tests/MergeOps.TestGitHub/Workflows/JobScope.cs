using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>A job while it runs, as actions see it.</summary>
/// <param name="Server">GitHub.</param>
/// <param name="Run">The run.</param>
/// <param name="Token">The job's token.</param>
/// <param name="Machine">Where.</param>
/// <param name="Progress">What its steps leave behind.</param>
/// <param name="Root">The folder of everything that is kept.</param>
internal sealed record JobScope(TestGitHubServer Server, StoredRun Run, GitHubToken Token, Machine Machine, JobProgress Progress, string Root)
{
    /// <summary>What started the run.</summary>
    public GitHubEvent Cause => Run.Cause;

    /// <summary>The folder of a run's artifacts.</summary>
    public string Artifacts(long run) => Path.Combine(Root, ".artifacts", Cause.Repository.Owner, Cause.Repository.Name, $"{run}");

    /// <summary>A path of an input: from the checkout where it is not absolute.</summary>
    public string PathOf(string given) => Path.GetFullPath(Path.Combine(Machine.Workspace, given));

    /// <summary>Prints a line.</summary>
    public void Say(string line) => Progress.Log.Take(line);

    /// <summary>Ends a step with an error that people see.</summary>
    public (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Fail(string sentence)
    {
        Progress.Log.Take($"::error::{sentence.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal)}");
        return (false, new Dictionary<string, string>());
    }

    /// <summary>Refuses inputs that are not known, by their names.</summary>
    public static void Refuse(StepCall call, params string[] known)
    {
        if (call.With.Keys.Except(known, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unknown)
        {
            throw new NotSupportedException($"the input '{unknown}' of {call.Step.Uses}");
        }
    }
}
