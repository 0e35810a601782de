using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Tensors;

namespace MergeOps.Analysis.Audits;

/// <summary>Where a layer of a model comes from that has other layers than its parents.</summary>
/// <param name="Layer">Its number in the model.</param>
/// <param name="Candidate">The candidate that has it; null where none has.</param>
/// <param name="Of">Its number there.</param>
internal sealed record AuditedLayer(int Layer, int? Candidate, int Of);

/// <summary>Finds the layers of a model among those of others, whatever their numbers: whole layers that somebody put together.</summary>
/// <param name="rules">What tensors are told by.</param>
internal sealed class LayerOrigins(ArchitectureRules rules)
{
    /// <summary>A few entries of each tensor, at the same places whatever the number of the layer.</summary>
    public static Sampling Sampling { get; } = new(1e-5, 0) { IgnoresLayers = true };

    /// <summary>Reads the entries of every tensor of a model.</summary>
    /// <param name="plan">Its tensors as copies.</param>
    /// <param name="sampling">The sample, as it was fetched.</param>
    /// <exception cref="Diagnostics.MergeOpsException">A file cannot be read.</exception>
    public static IReadOnlyDictionary<string, SampledEntries> Read(AnalysisPlan plan, Sampling sampling)
    {
        using var files = new InputFiles(plan.Reads);
        using var readers = new ElementReaders(files, new PieceBuffers());
        return plan.Tensors.ToDictionary(
            tensor => tensor.Job.Name,
            tensor =>
            {
                var source = tensor.Job.Inputs[0].Source;
                var reader = readers.Open(source);
                return new SampledEntries(source.DType, tensor.Job.Shape, [.. sampling.RunsOf(tensor.Job.Name, tensor.Job.ElementCount).SelectMany(run => RunSums.Values(reader, run.Start, run.Length))]);
            },
            StringComparer.Ordinal);
    }

    /// <summary>The origins of the model's layers, in their order; none where the model has no layers.</summary>
    /// <param name="model">What was read of it.</param>
    /// <param name="candidates">What was read of the candidates.</param>
    public ImmutableArray<AuditedLayer> Find(IReadOnlyDictionary<string, SampledEntries> model, IReadOnlyList<IReadOnlyDictionary<string, SampledEntries>> candidates)
    {
        var own = LayersOf(model);
        var others = candidates.Select(LayersOf).ToList();
        return [.. own.OrderBy(layer => layer.Key).Select(layer => others.Index()
            .SelectMany(other => other.Item.Where(theirs => AreEqual(layer.Value, theirs.Value)).Select(theirs => new AuditedLayer(layer.Key, other.Index, theirs.Key)))
            .OrderBy(origin => Math.Abs(origin.Of - layer.Key)).FirstOrDefault() ?? new AuditedLayer(layer.Key, null, 0))];
    }

    private Dictionary<int, Dictionary<string, SampledEntries>> LayersOf(IReadOnlyDictionary<string, SampledEntries> tensors) => tensors
        .Select(tensor => (Layer: rules.LayerOf(tensor.Key), tensor.Value))
        .Where(tensor => tensor.Layer is not null)
        .GroupBy(tensor => tensor.Layer!.Layer)
        .ToDictionary(layer => layer.Key, layer => layer.DistinctBy(tensor => (tensor.Layer!.Stack, tensor.Layer.Suffix)).ToDictionary(tensor => $"{tensor.Layer!.Stack} {tensor.Layer.Suffix}", tensor => tensor.Value, StringComparer.Ordinal));

    private static bool AreEqual(Dictionary<string, SampledEntries> model, Dictionary<string, SampledEntries> candidate) =>
        model.All(tensor => candidate.TryGetValue(tensor.Key, out var other) && tensor.Value.Equal(other));
}

/// <summary>Entries of a tensor.</summary>
/// <param name="DType">Its number type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">The entries.</param>
internal sealed record SampledEntries(DType DType, ImmutableArray<long> Shape, double[] Values)
{
    /// <summary>Whether they are another's, rounded to this number type.</summary>
    public bool Equal(SampledEntries other) =>
        Shape.SequenceEqual(other.Shape) && Values.Zip(other.Values).All(pair => pair.First == Rounding.Round(pair.Second, DType));
}
