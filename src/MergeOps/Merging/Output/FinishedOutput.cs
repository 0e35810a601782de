using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Output;

/// <summary>Recognises a model that an earlier run of the same plan has finished.</summary>
internal static class FinishedOutput
{
    /// <summary>Its manifest, or null when the place is free.</summary>
    /// <exception cref="MergeOpsException">Something else stands there; it is never touched.</exception>
    public static MergeManifest? Find(OutputFolder folder, MergePlan plan)
    {
        if (!folder.IsTaken)
        {
            return null;
        }

        if (File.Exists(folder.Target))
        {
            throw Taken(folder, "A file of that name is there.");
        }

        if (MergeManifest.Find(folder.Target) is not { } manifest)
        {
            throw Taken(folder, $"It holds no {MergeManifest.FileName}, so it is not ours.");
        }

        if (manifest.PlanDigest != plan.Digest)
        {
            throw Taken(folder, $"It holds the merge of plan {manifest.PlanDigest[..12]}; this is plan {plan.Digest[..12]}.");
        }

        RequireWhole(folder, manifest);
        RequireNewerThanUnlocked(folder, plan);
        return manifest;
    }

    private static void RequireWhole(OutputFolder folder, MergeManifest manifest)
    {
        var found = CheckpointReader.Open(folder.Target, []).Tensors.Values
            .Select(tensor => (tensor.Name, tensor.DType, Shape: string.Join(',', tensor.Shape)));
        var expected = manifest.Tensors
            .Select(pair => (Name: pair.Key, pair.Value.DType, Shape: string.Join(',', pair.Value.Shape)));
        if (!found.ToHashSet().SetEquals(expected))
        {
            throw Taken(folder, $"Its tensors are not those of its {MergeManifest.FileName}.");
        }

        if (manifest.Files.Keys.FirstOrDefault(file => !File.Exists(Path.Combine(folder.Target, file))) is { } missing)
        {
            throw Taken(folder, $"{TerminalText.Quoted(missing)} of its {MergeManifest.FileName} is missing.");
        }
    }

    // Without a lock a plan knows its inputs by headers and sizes only, so other weights may hide behind the same digest.
    private static void RequireNewerThanUnlocked(OutputFolder folder, MergePlan plan)
    {
        var written = File.GetLastWriteTimeUtc(Path.Combine(folder.Target, MergeManifest.FileName));
        var newer = from model in plan.Models
                    where !model.IsLocked
                    from file in model.Checkpoint.Files
                    let path = Path.Combine(model.Checkpoint.Folder, file.Path)
                    where File.GetLastWriteTimeUtc(path) > written
                    select path;
        if (newer.FirstOrDefault() is { } changed)
        {
            throw Taken(folder, $"It is older than {changed}, and without a lock nobody knows whether the weights are the same. 'mergeops lock' settles that.");
        }
    }

    private static MergeOpsException Taken(OutputFolder folder, string detail) => new(
        Codes.OutputExists, $"{detail} Remove it, or choose another --out.", SourceSpan.File(folder.Target));
}
