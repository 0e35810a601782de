using MergeOps.Evaluation.Intervals;

namespace MergeOps.Analysis.Sums;

/// <summary>
/// Sums of a tensor, or an estimate of them from a sample, with the sample's parts: the runs of entries that were read fall
/// into groups by turns, and what a figure would be without each of the groups shows how far it may be off (the delete-a-group
/// jackknife: P. S. Kott, "The delete-a-group jackknife", Journal of Official Statistics 17 (2001)).
/// </summary>
internal sealed class SampledSums
{
    /// <summary>How many groups there are.</summary>
    public const int GroupCount = 32;

    // Student's t with 31 degrees of freedom, 97.5 %
    private static readonly double Quantile = BetaDistribution.StudentQuantile(GroupCount - 1);

    private readonly VectorSums[] groups;

    /// <summary>Sums that were read whole.</summary>
    /// <param name="sums">The sums.</param>
    public SampledSums(VectorSums sums)
        : this(sums, [])
    {
    }

    private SampledSums(VectorSums sums, VectorSums[] groups) => (Sums, this.groups) = (sums, groups);

    /// <summary>The sums, or their estimate.</summary>
    public VectorSums Sums { get; }

    /// <summary>What the decompositions of the tensor show; null where it was not decomposed.</summary>
    public Spectra.TensorSpectra? Spectra { get; init; }

    /// <summary>Whether they are an estimate.</summary>
    public bool IsSampled => groups.Length > 0;

    /// <summary>The estimate from a sample.</summary>
    /// <param name="groups">The sums of the runs of each group, as they were read.</param>
    /// <param name="factor">How many entries of the tensor there are for each that was read.</param>
    /// <param name="vectors">How many vectors there are.</param>
    public static SampledSums Estimate(VectorSums[] groups, double factor, int vectors)
    {
        var scaled = Array.ConvertAll(groups, group =>
        {
            var sums = new VectorSums(vectors);
            sums.Add(group, factor);
            return sums;
        });
        return new(Added(scaled, vectors), scaled);
    }

    /// <summary>The sums of several tensors.</summary>
    public static SampledSums Of(IEnumerable<SampledSums> parts)
    {
        List<SampledSums> all = [.. parts];
        var vectors = all[0].Sums.Vectors.Length;
        var sampled = all.FindAll(part => part.IsSampled);
        return new(
            Added(all.Select(part => part.Sums), vectors),
            sampled.Count == 0 ? [] : [.. Enumerable.Range(0, GroupCount).Select(group => Added(sampled.Select(part => part.groups[group]), vectors))]);
    }

    /// <summary>A figure's 95 % interval; null where everything was read, or the figure was not measured.</summary>
    public Interval? IntervalOf(Func<VectorSums, double?> figure)
    {
        if (!IsSampled || figure(Sums) is not { } value)
        {
            return null;
        }

        // those of the other groups stand for those of the group that is left out
        var estimate = Added(groups, Sums.Vectors.Length);
        var without = Array.ConvertAll(groups, group =>
        {
            var rest = new VectorSums(Sums.Vectors.Length);
            rest.Add(Sums);
            rest.Add(estimate, 1.0 / (GroupCount - 1));
            rest.Add(group, -(double)GroupCount / (GroupCount - 1));
            return figure(rest) ?? value;
        });
        var mean = without.Average();
        var error = Math.Sqrt(without.Sum(each => (each - mean) * (each - mean)) * (GroupCount - 1) / GroupCount);
        return new(value - (Quantile * error), value + (Quantile * error));
    }

    private static VectorSums Added(IEnumerable<VectorSums> parts, int vectors)
    {
        var sum = new VectorSums(vectors);
        foreach (var part in parts)
        {
            sum.Add(part);
        }

        return sum;
    }
}
