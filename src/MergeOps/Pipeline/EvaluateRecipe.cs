using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Hub;
using MergeOps.Tensors;

namespace MergeOps.Pipeline;

/// <summary>Measures any folder as the merged model of a recipe.</summary>
internal static class EvaluateRecipe
{
    /// <summary>Evaluates; the report is null when the recipe, its models or its tasks have errors.</summary>
    /// <exception cref="MergeOpsException">A model cannot be read, or libtorch cannot be loaded.</exception>
    public static (EvaluationReport? Report, DiagnosticBag Found) Run(
        string recipePath, string model, IStageObserver observer, CancellationToken cancellation)
    {
        var (planned, found) = PlanMerge.Run(recipePath);
        if (planned is null)
        {
            return (null, found);
        }

        var checkpoint = CheckpointReader.Open(model, found);
        var digest = ModelContent.DigestOf(
            checkpoint.Folder, checkpoint.Files.Select(file => KeyValuePair.Create(file.Path, (string?)null)));
        var work = Path.Combine(MergeOpsHome.Folder, "runs", planned.Plan.Digest);
        return (new EvaluateModel(planned, observer, cancellation).Run(checkpoint.Folder, digest, work, found), found);
    }
}
