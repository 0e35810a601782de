using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Finds the merges whose tensors need not be made again: the one that stands where the output goes, one that the user names,
/// the runs of the same recipe, and the published version. Only tensors of locked inputs count, since nobody knows what others were made of.
/// </summary>
/// <param name="environment">Names the folder of the runs.</param>
/// <param name="plan">What is to be made.</param>
internal sealed class EarlierMerges(HostEnvironment environment, MergePlan plan)
{
    private const int MostRuns = 4;

    private readonly Dictionary<string, TensorJob> candidates = Candidates(plan);

    /// <summary>The merges that have a tensor of the plan, the most useful place first.</summary>
    /// <param name="target">Where the output goes; null when that is not known.</param>
    /// <param name="named">A folder that the user names; null for none.</param>
    /// <param name="published">The folder of the published version; null for none.</param>
    /// <exception cref="MergeOpsException">The named folder holds no merge, or a damaged one.</exception>
    public ImmutableArray<EarlierOutput> Find(string? target, string? named, string? published)
    {
        if (candidates.Count == 0)
        {
            return [];
        }

        var given = named is null ? null : EarlierOutput.Find(named)
            ?? throw new MergeOpsException(Codes.NotAMergedModel, $"--reuse must name a merged model, and this folder holds no {MergeManifest.FileName}.", SourceSpan.File(named));
        var found = new[] { target is null ? null : Recall(target), given }
            .Concat(Runs().Append(published).OfType<string>().Select(Recall).Where(run => run?.Name == plan.Name))
            .OfType<EarlierOutput>();
        return [.. found.Where(output => candidates.Values.Any(output.Has))];
    }

    /// <summary>The plan without what these merges have.</summary>
    /// <param name="outputs">The merges.</param>
    public MergePlan Without(ImmutableArray<EarlierOutput> outputs) => plan with
    {
        Reused = [.. candidates.Values.Where(job => outputs.Any(output => output.Has(job))).Select(job => job.Name)],
    };

    /// <summary>Why nothing of a merge is used that the user named; none where something is, or nobody named one.</summary>
    /// <param name="plan">The plan, as <see cref="Without"/> gave it.</param>
    /// <param name="options">How it is merged.</param>
    public static IEnumerable<Diagnostic> WhyNothing(MergePlan plan, MergeOptions options) => options.Reuse is not { } named || !plan.Reused.IsEmpty ? [] :
    [
        Diagnostic.Warning(
            Codes.NothingReused,
            plan.Lora is not null ? "The factors of an adapter are made in pairs, and none is copied."
                : plan.Owners.FirstOrDefault(model => !model.IsStage && !model.IsLocked) is { } unlocked
                    ? $"{TerminalText.Quoted(unlocked.Reference.ToString())} is not locked, so it is unknown whether its tensors are those of the earlier merge. Run `mergeops lock`, and merge with the lock once."
                    : "No tensor of it was made by the same decisions from the same bytes on a machine of this numeric class.",
            SourceSpan.File(named)),
    ];

    // factors come in pairs with what is known of both
    private static Dictionary<string, TensorJob> Candidates(MergePlan plan)
    {
        bool[] isLocked = [.. plan.Owners.Select(owner => owner.IsLocked)];
        return plan.Lora is not null || !isLocked.Contains(true) ? [] : plan.Jobs
            .Where(job => job.Reads.All(stored => isLocked[stored.Owner]))
            .ToDictionary(job => job.Name, StringComparer.Ordinal);
    }

    // nobody asked for it, so that a damaged one is none
    private static EarlierOutput? Recall(string folder)
    {
        try
        {
            return EarlierOutput.Find(folder);
        }
        catch (MergeOpsException)
        {
            return null;
        }
    }

    private IEnumerable<string> Runs()
    {
        var all = new DirectoryInfo(RunFolder.FolderOfAll(environment.Home));
        return !all.Exists ? [] : all.EnumerateDirectories()
            .Where(run => run.Name != plan.Digest)
            .Select(run => new FileInfo(Path.Combine(new RunFolder(environment, run.Name).Model, MergeManifest.FileName)))
            .Where(manifest => manifest.Exists)
            .OrderByDescending(manifest => manifest.LastWriteTimeUtc)
            .Take(MostRuns)
            .Select(manifest => manifest.DirectoryName!);
    }
}
