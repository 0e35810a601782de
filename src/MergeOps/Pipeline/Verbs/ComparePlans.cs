using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Compares a plan with what was planned or merged before.</summary>
internal static class ComparePlans
{
    // that of a model with a million tensors
    private const int LargestPlan = 1 << 30;

    /// <summary>Compares.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="earlier">A <c>plan.json</c>, or the folder or the manifest of a merged model.</param>
    /// <exception cref="MergeOpsException">There is neither, or it cannot be read.</exception>
    public static PlanDiff Run(MergePlan plan, string earlier)
    {
        var path = Directory.Exists(earlier) ? Path.Combine(earlier, MergeManifest.FileName) : earlier;
        if (!File.Exists(path) || PlainFile.Objection(path) is not null)
        {
            throw new MergeOpsException(
                Codes.NoEarlierPlan, $"Name a plan.json that `mergeops plan --out` wrote, or a merged model with its {MergeManifest.FileName}.", SourceSpan.File(path));
        }

        var text = PlainFile.Read(path, LargestPlan);
        return PlanDiff.Against(plan, PlanJson.ReadJobs(text, path)
            ?? MergeManifest.Read(text, path).Tensors.ToDictionary(tensor => tensor.Key, tensor => tensor.Value.JobDigest, StringComparer.Ordinal));
    }
}
