using MergeOps.Diagnostics;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Lets the runs of one machine that publish to one place take turns: of two that began together the second would measure against a version that is not the current one any more.</summary>
internal static class TargetTurn
{
    /// <summary>Waits until no other run of this machine publishes there, and keeps others from it until the answer is disposed; null where nothing is published.</summary>
    /// <param name="environment">Names the user's folder.</param>
    /// <param name="target">The place.</param>
    /// <param name="tell">Hears once that there is somebody to wait for.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="Diagnostics.MergeOpsException">The disk does not allow it.</exception>
    public static async Task<FileLock?> TakeAsync(HostEnvironment environment, PublishTarget? target, Action<string> tell, CancellationToken cancellation) => target is null
        ? null
        : await OwnTurn.TakeAsync(
            environment.Home, environment.Home["targets"], TextDigest.Of(target.Identity), () => tell($"waiting for another run that publishes to {target.Identity}"), cancellation);
}
