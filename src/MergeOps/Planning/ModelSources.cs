using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>The tensors of a model as a merge sees them, which need not be those that its files name.</summary>
internal static class ModelSources
{
    /// <summary>The tensors by the names that the output has for them.</summary>
    /// <param name="model">The model's index in the plan.</param>
    /// <param name="facts">Its headers.</param>
    public static ImmutableSortedDictionary<string, TensorSource> Of(int model, ModelFacts facts)
    {
        var sources = ImmutableSortedDictionary.CreateBuilder<string, TensorSource>(StringComparer.Ordinal);
        foreach (var (name, tensor) in facts.Checkpoint.Tensors)
        {
            sources.Add(name, new Stored(model, tensor));
        }

        var scaled = facts.ScaledWeights;
        sources.RemoveRange(scaled.Weights.SelectMany(weight => new[] { weight.Packed.Name, weight.Scales.Name }).Concat(scaled.Unused.Select(tensor => tensor.Name)));
        foreach (var weight in scaled.Weights)
        {
            sources.Add(weight.Name, Dequantize(weight, new Stored(model, weight.Packed), new Stored(model, weight.Scales)));
        }

        return facts.Rules.Overrides.Names.IsEmpty ? sources.ToImmutable() : sources.ToOrdinalMap(source => facts.NameOf(source.Key), source => source.Value);
    }

    /// <summary>The tensors that merges have no use for, since they belong to arithmetic in few bits.</summary>
    public static IEnumerable<DroppedTensor> Unused(ImmutableArray<ModelFacts> models) => models.SelectMany((facts, model) =>
        facts.ScaledWeights.Unused.Select(tensor => new DroppedTensor(model, tensor.Name, "only arithmetic in few bits uses it")));

    // loaders turn the matrices of experts, so that they multiply from the right
    private static TensorSource Dequantize(ScaledWeight weight, Stored packed, Stored scales) => weight.Block is { } block
        ? new ScaledBlocks(packed, scales, block.Rows, block.Columns)
        : new Transpose(new PackedFp4(packed, scales, weight.Name), [0, 2, 1]);
}
