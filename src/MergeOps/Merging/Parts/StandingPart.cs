using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>What stands in the place of a part.</summary>
/// <param name="Finished">The manifest of the finished part; null when there is something to make.</param>
/// <param name="Notes">Why what stands there is made again.</param>
internal sealed record FoundPart(PartManifest? Finished, ImmutableArray<Diagnostic> Notes);

/// <summary>Recognizes a part that an earlier run has finished and that is still what that run wrote.</summary>
internal static class StandingPart
{
    /// <summary>Looks, and reads every byte of what stands there.</summary>
    /// <param name="folder">The place.</param>
    /// <param name="wanted">The part as it is known before it is made.</param>
    /// <param name="layout">Its files.</param>
    /// <param name="options">What may stand there.</param>
    /// <param name="cancellation">Stops between two pieces.</param>
    /// <exception cref="MergeOpsException">Something else stands there that may not go; it is never touched.</exception>
    public static FoundPart Find(OutputFolder folder, PartManifest wanted, ShardLayout layout, OutputOptions options, CancellationToken cancellation)
    {
        if (!folder.IsTaken)
        {
            return new(null, []);
        }

        var found = File.Exists(folder.Target) ? null : PartManifest.Find(folder.Target);
        if (found is null)
        {
            throw Taken(folder, $"It holds no {PartManifest.FileName}, so it is not part of a merge.", "Choose another --out: --replace replaces only what a merge wrote.");
        }

        if (Difference(found, wanted) is { } difference)
        {
            return options.Replace ? new(null, []) : throw Taken(folder, difference, "Choose another --out, or run again with --replace, which puts the new part in its place.");
        }

        return layout.Shards.FirstOrDefault(shard => !IsWhole(folder.Target, shard, found, cancellation)) is { } damaged
            ? new(null, [Diagnostic.Warning(Codes.OutputExists, $"{TerminalText.Quoted(damaged.Name)} is not the file that the merge wrote. It is made again.", SourceSpan.File(folder.Target))])
            : new(found, []);
    }

    private static string? Difference(PartManifest found, PartManifest wanted) =>
        found.PlanDigest != wanted.PlanDigest ? $"It is a part of plan {found.PlanDigest[..12]}; this is plan {wanted.PlanDigest[..12]}."
        : found.Partition != wanted.Partition ? $"It is part {found.Partition}, not {wanted.Partition}."
        : found.ShardSize != wanted.ShardSize ? $"Its files hold at most {found.ShardSize:N0} bytes of tensors, not {wanted.ShardSize:N0}."
        : found.UnlockedInputs != wanted.UnlockedInputs ? "It was made from other files, or they have changed since; without a lock it is unknown whether the weights are the same. 'mergeops lock' settles that."
        : null;

    private static bool IsWhole(string folder, OutputShard shard, PartManifest manifest, CancellationToken cancellation) =>
        Path.Combine(folder, shard.Name) is var path
        && File.Exists(path)
        && manifest.Files.GetValueOrDefault(shard.Name) is { } written
        && DigestedFile.Read(path, shard, cancellation)?.Sha256 == written.Sha256;

    private static MergeOpsException Taken(OutputFolder folder, string what, string way) => new(Codes.OutputExists, $"{what} {way}", SourceSpan.File(folder.Target));
}
