using MergeOps.Evaluation.Scoring;
using MergeOps.Models;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Where a recipe's models are scored: the device that somebody asked for, the type that the recipe names, and the scores that are remembered of it.</summary>
/// <param name="environment">Which libtorch, and where scores lie.</param>
/// <param name="recipe">Names the type.</param>
/// <param name="device">One of <see cref="MergeDevice.Names"/>.</param>
internal sealed class ScoringPlace(HostEnvironment environment, Recipe recipe, string device)
{
    private readonly Arithmetic arithmetic = new(device, recipe.Evaluate?.DType ?? DType.F32);
    private ScoreCache? scores;

    /// <summary>The remembered scores.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">There is no such device.</exception>
    public ScoreCache Scores
    {
        get
        {
            if (scores is null && MergeDevice.IsCuda(device))
            {
                TorchRuntime.StartLoading(environment);
            }

            return scores ??= new(environment.Home["scores"], arithmetic.Words);
        }
    }

    /// <summary>Opens a model's folder for a use; null with the reason.</summary>
    public IScoredModel? TryOpen(ModelUse use, string folder, out string? whyNot)
    {
        TorchRuntime.StartLoading(environment);
        return use.TryOpen(folder, arithmetic, out whyNot);
    }

    /// <summary>Opens a model whose weights are perhaps in memory; null with the reason.</summary>
    public IScoredModel? TryOpen(ModelUse use, Checkpoint checkpoint, out string? whyNot)
    {
        TorchRuntime.StartLoading(environment);
        return use.TryOpen(checkpoint, arithmetic, out whyNot);
    }
}
