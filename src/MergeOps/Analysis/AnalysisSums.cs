using System.Collections.Concurrent;
using System.Collections.Immutable;
using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis;

/// <summary>The sums of an analysis by tensor, and what they come to by layer, by role and in total.</summary>
internal sealed class AnalysisSums(AnalysisPlan plan)
{
    private readonly ConcurrentDictionary<string, SampledSums> tensors = new(StringComparer.Ordinal);

    /// <summary>What was compared.</summary>
    public AnalysisPlan Plan => plan;

    /// <summary>The tensors in ordinal order of their names, with their sums.</summary>
    public IEnumerable<(AnalyzedTensor Tensor, SampledSums Sums)> Tensors => plan.Tensors.Select(tensor => (tensor, tensors[tensor.Job.Name]));

    /// <summary>All tensors together.</summary>
    public SampledSums Total => SampledSums.Of(Tensors.Select(entry => entry.Sums));

    /// <summary>The layers in their order.</summary>
    public IEnumerable<(int Layer, SampledSums Sums)> Layers => Tensors
        .Where(entry => entry.Tensor.Layer is not null)
        .GroupBy(entry => entry.Tensor.Layer!.Value, entry => entry.Sums)
        .OrderBy(group => group.Key)
        .Select(group => (group.Key, SampledSums.Of(group)));

    /// <summary>The roles in ordinal order.</summary>
    public IEnumerable<(string Role, SampledSums Sums)> Roles => Tensors
        .GroupBy(entry => entry.Tensor.Role, entry => entry.Sums, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => (group.Key, SampledSums.Of(group)));

    /// <summary>The pairs: every two models, then each model with the merged one; the index of the merged one is that behind the models.</summary>
    /// <param name="models">The models.</param>
    /// <param name="withMerged">Whether the merged tensors were made.</param>
    public static IEnumerable<(int A, int B)> PairsOf(ImmutableArray<int> models, bool withMerged) =>
        from b in Enumerable.Range(1, models.Length - (withMerged ? 0 : 1))
        from a in Enumerable.Range(0, b)
        select (a, b);

    /// <summary>Takes the sums of a tensor; safe from many threads.</summary>
    public void Take(AnalyzedTensor tensor, SampledSums sums) => tensors[tensor.Job.Name] = sums;
}
