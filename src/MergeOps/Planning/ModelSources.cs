using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The tensors of models as a merge sees them, which need not be those that their files name.</summary>
/// <param name="stages">The stages whose results may be among the models.</param>
/// <param name="owners">Whose files are read.</param>
internal sealed class ModelSources(StagePlans stages, StageOwners owners)
{
    /// <summary>The tensors of each model by their own names; problems with adapters go into the bag.</summary>
    public ImmutableArray<ModelTensors> Of(ImmutableArray<ModelMetadata> models, DiagnosticBag diagnostics)
    {
        var tensors = ImmutableArray.CreateBuilder<ModelTensors>(models.Length);
        var owner = models.Length;
        foreach (var metadata in models)
        {
            var own = metadata.Model.Value.IsStage ? MadeBy(stages[metadata.Model.Value.Path].Plan, tensors.Count) : Unadapted(tensors.Count, metadata);
            foreach (var adapter in metadata.Adapters)
            {
                own = new AppliedAdapter(tensors.Count, metadata, owner++, adapter, diagnostics).Over(own);
            }

            tensors.Add(own);
        }

        return tensors.MoveToImmutable();
    }

    private ModelTensors MadeBy(MergePlan stage, int model) =>
        new(stage.Jobs.ToTensorMap(job => job.Name, TensorSource (job) => new StageResult(model, stage.Name, owners.In(stage, job))), []);

    /// <summary>The tensors of one model without its adapters, by their own names.</summary>
    /// <param name="model">The model's index in the plan.</param>
    /// <param name="metadata">Its headers.</param>
    public static TensorMap<TensorSource> Of(int model, ModelMetadata metadata) => Unadapted(model, metadata).Sources;

    private static ModelTensors Unadapted(int model, ModelMetadata metadata)
    {
        var stored = metadata.Checkpoint.Tensors.Map<TensorSource>(tensor => new Stored(model, tensor));
        var scaled = metadata.ScaledWeights;
        if (scaled is { Weights: [], Unused: [] })
        {
            return new(stored, []);
        }

        var sources = stored.ToBuilder();
        sources.RemoveRange(scaled.Weights.SelectMany(weight => new[] { weight.Packed.Name, weight.Scales.Name }).Concat(scaled.Unused.Select(tensor => tensor.Name)));
        foreach (var weight in scaled.Weights)
        {
            sources.Add(weight.Name, Dequantize(weight, new Stored(model, weight.Packed), new Stored(model, weight.Scales)));
        }

        return new(
            sources.ToTensorMap(), [.. scaled.Unused.Select(tensor => new DroppedTensor(model, tensor.Name, "only quantized arithmetic uses it"))]);
    }

    /// <summary>The tensors by the names that the output has for them, as the recipe says.</summary>
    /// <param name="metadata">The model.</param>
    /// <param name="sources">Its tensors.</param>
    /// <param name="donor">Those of the model that shapes the output: what is to be taken apart has the rows of its parts.</param>
    public static TensorMap<TensorSource> Named(
        ModelMetadata metadata, TensorMap<TensorSource> sources, TensorMap<TensorSource> donor)
    {
        if (!metadata.Rules.Overrides.Names.Any(names => names.Model.Value == metadata.Model.Value.ToString()))
        {
            return sources;
        }

        var named = ImmutableSortedDictionary.CreateBuilder<string, TensorSource>(StringComparer.Ordinal);
        foreach (var (name, source) in sources)
        {
            var names = metadata.NamesOf(name);
            if (names is [var only])
            {
                named.Add(only, source);
            }
            else if (RowsOf(names, source, donor) is { } rows)
            {
                var start = 0L;
                foreach (var (part, count) in names.Zip(rows))
                {
                    named.Add(part, new Slice(source, 0, start, count));
                    start += count;
                }
            }
            else
            {
                named.Add(name, source);
            }
        }

        return named.ToTensorMap();
    }

    /// <summary>The rows of the parts of a tensor, as the model that shapes the output has them; equal ones where it has none of them. Null when they do not add up.</summary>
    public static ImmutableArray<long>? RowsOf(ImmutableArray<string> names, TensorSource whole, TensorMap<TensorSource> donor)
    {
        if (whole.Shape.IsEmpty)
        {
            return null;
        }

        // any layer tells it
        var known = names.Select(name => (donor.GetValueOrDefault(name) ?? LikeIt(name, donor))?.Shape.FirstOrDefault()).ToList();
        var rows = known.TrueForAll(count => count is null) ? names.Select(_ => whole.Shape[0] / names.Length).ToImmutableArray() : [.. known.Select(count => count ?? 0)];
        return rows.Sum() == whole.Shape[0] && !rows.Contains(0) ? rows : null;
    }

    private static TensorSource? LikeIt(string name, TensorMap<TensorSource> donor)
    {
        var pattern = TensorNames.PatternOf(name);
        return donor.FirstOrDefault(tensor => TensorNames.PatternOf(tensor.Key) == pattern).Value;
    }

    private static TensorSource Dequantize(ScaledWeight weight, Stored packed, Stored scales) => weight.Block is { } block
        ? new ScaledBlocks(packed, scales, block.Rows, block.Columns)
        : weight.IsTurned ? new Transpose(new PackedFp4(packed, scales, weight.Name), [0, 2, 1])
        : new PackedFp4(packed, scales, weight.Name);
}
