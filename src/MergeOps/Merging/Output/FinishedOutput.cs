using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Output;

/// <summary>Recognises a model that an earlier run of the same plan has finished.</summary>
internal static class FinishedOutput
{
    /// <summary>Its manifest, or null when the place is free.</summary>
    /// <param name="folder">The place.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="replace">Whether another merge that stands there may go; what is no merge never does.</param>
    /// <exception cref="MergeOpsException">Something else stands there; it is never touched.</exception>
    public static MergeManifest? Find(OutputFolder folder, MergePlan plan, bool replace)
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

        return Objection(folder, manifest, plan) switch
        {
            null => manifest,
            _ when replace => null,
            { } objection => throw Taken(folder, objection),
        };
    }

    // why it is not the finished merge of this plan
    private static string? Objection(OutputFolder folder, MergeManifest manifest, MergePlan plan) =>
        manifest.PlanDigest != plan.Digest
            ? $"It holds the merge of plan {manifest.PlanDigest[..12]}; this is plan {plan.Digest[..12]}."
            : Damage(folder, manifest) ?? OtherInputs(manifest, plan);

    private static string? Damage(OutputFolder folder, MergeManifest manifest)
    {
        var found = CheckpointReader.Open(folder.Target, []).Tensors.Values
            .Select(tensor => (tensor.Name, tensor.DType, Shape: string.Join(',', tensor.Shape)));
        var expected = manifest.Tensors
            .Select(pair => (Name: pair.Key, pair.Value.DType, Shape: string.Join(',', pair.Value.Shape)));
        if (!found.ToHashSet().SetEquals(expected))
        {
            return $"Its tensors are not those of its {MergeManifest.FileName}.";
        }

        return manifest.Files.Keys.FirstOrDefault(file => !File.Exists(Path.Combine(folder.Target, file))) is { } missing
            ? $"{TerminalText.Quoted(missing)} of its {MergeManifest.FileName} is missing."
            : null;
    }

    // without a lock nothing but the files' own identities says that the weights are still the same
    private static string? OtherInputs(MergeManifest manifest, MergePlan plan) => manifest.UnlockedInputs == UnlockedInputs.Now(plan)
        ? null
        : "It was made from other files, or they have changed since; without a lock nobody knows whether the weights are the same. 'mergeops lock' settles that.";

    private static MergeOpsException Taken(OutputFolder folder, string detail) => new(
        Codes.OutputExists, $"{detail} Remove it, choose another --out, or let --replace take its place if it is a merge.", SourceSpan.File(folder.Target));
}
