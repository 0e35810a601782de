using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Lets users of a recipe's publish target who name no version get an earlier one again.</summary>
internal static class RollbackPublication
{
    /// <summary>Rolls back; null when the recipe has errors.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="version">The version to go back to; null for the one before the highest.</param>
    /// <param name="target">Overrides the recipe's publish target: <c>folder:DIR</c> or <c>hub:OWNER/NAME</c>.</param>
    /// <param name="dryRun">Whether to change nothing.</param>
    /// <param name="observer">Hears of the stage.</param>
    /// <param name="cancellation">Stops; it is done then, or it is not.</param>
    /// <exception cref="MergeOpsException">There is no target or no such version, or the target does not allow it.</exception>
    public static async Task<(RolledBack? Done, DiagnosticBag Found)> RunAsync(
        HostEnvironment environment, string recipePath, string? version, string? target, bool dryRun, IStageObserver observer, CancellationToken cancellation)
    {
        var (recipe, found) = ReadRecipe.Run(recipePath);
        if (recipe is null)
        {
            return (null, found);
        }

        var place = TargetKind.Require(recipe, target, "--in");
        var wanted = version is null ? null : PublicationVersion.Parse(version.StartsWith('v') ? version[1..] : version)
            ?? throw new MergeOpsException(Codes.NothingToRollBackTo, $"{TerminalText.Quoted(version)} is not a version such as 1.2.0.");
        observer.Started(Stage.Publish);
        var done = await place.Open(environment, observer.Reported).RollBackAsync(wanted, dryRun, cancellation);
        var (end, words) = done.WasThere ? (StageEnd.AlreadyTrue, $"{done.To} is the current version")
            : dryRun ? (StageEnd.NotAsked, $"would roll back from {done.From ?? "what is there"} to {done.To}")
            : (StageEnd.Done, $"rolled back from {done.From ?? "what was there"} to {done.To}");
        observer.Finished(Stage.Publish, end, $"{words} in {done.Place}");
        return (done, found);
    }
}
