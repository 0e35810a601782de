using MergeOps.Diagnostics.Rendering;

namespace MergeOps.Cli.Rendering;

/// <summary>
/// Tells a GitHub runner of secrets that came up during the run, such as a token that a workflow's identity was exchanged
/// for, so that it masks them in what other programs of the job print too.
/// </summary>
/// <param name="log">The run's log as the runner reads it.</param>
internal sealed class RunnerMasks(TextWriter log)
{
    /// <summary>Tells of one; the runner does not show the line.</summary>
    public void Tell(string secret)
    {
        log.WriteLine($"::add-mask::{GitHubRenderer.Data(secret)}");
        log.Flush();
    }
}
