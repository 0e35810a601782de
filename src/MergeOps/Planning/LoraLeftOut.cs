using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>What an adapter holds nothing of.</summary>
internal static class LoraLeftOut
{
    private const int MostNamed = 4;

    /// <summary>What predicts tokens further ahead and is not in the base, so that no adapter of the base can change it.</summary>
    /// <param name="rules">What tensors are told by.</param>
    /// <param name="merged">The jobs of the merged model.</param>
    /// <param name="origin">The base's tensors by the names that the output has for them.</param>
    public static IReadOnlyList<TensorJob> AheadOf(ArchitectureRules rules, ImmutableArray<TensorJob> merged, TensorMap<TensorSource> origin)
    {
        var layers = rules.LayersOf(merged.Select(job => job.Name));
        return [.. merged.Where(job => !origin.ContainsKey(job.Name) && AheadLayers.Have(rules, layers, job.Name))];
    }

    /// <summary>A note for each kind.</summary>
    /// <param name="leftOut">What may differ from the base.</param>
    /// <param name="ahead">What the base lacks, see <see cref="AheadOf"/>.</param>
    /// <param name="settings">The adapter's settings.</param>
    /// <param name="diagnostics">Takes the notes.</param>
    public static void Tell(IReadOnlyCollection<TensorJob> leftOut, IReadOnlyCollection<TensorJob> ahead, LoraOutputSettings settings, DiagnosticBag diagnostics)
    {
        if (leftOut.Count > 0)
        {
            diagnostics.Note(
                Codes.LoraLeavesOut,
                $"The adapter does not hold {PatternText.Of(leftOut.Select(job => job.Name), MostNamed)}, which may differ from the base: the merge measures what is lost. "
                + "'modules_to_save' takes modules whole; 'target_modules' gives matrices factors.",
                settings.Span);
        }

        if (ahead.Count > 0)
        {
            diagnostics.Note(
                Codes.LoraLeavesOut,
                $"The adapter does not hold {PatternText.Of(ahead.Select(job => job.Name), MostNamed)}, which predict tokens further ahead: the base lacks them, so no adapter for it can change them.",
                settings.Span);
        }
    }
}
