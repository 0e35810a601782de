using System.Collections.Immutable;
using MergeOps.Planning.TensorSources;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>The tensors of a model as a merge sees them, which need not be those that its files name.</summary>
internal static class ModelSources
{
    /// <summary>The tensors by their names.</summary>
    /// <param name="model">The model's index in the plan.</param>
    /// <param name="facts">Its headers.</param>
    public static ImmutableSortedDictionary<string, TensorSource> Of(int model, ModelFacts facts) =>
        facts.Checkpoint.Tensors.ToImmutableSortedDictionary(tensor => tensor.Key, tensor => (TensorSource)new Stored(model, tensor.Value), StringComparer.Ordinal);
}
