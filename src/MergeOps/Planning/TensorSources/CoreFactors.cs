using System.Collections.Immutable;

namespace MergeOps.Planning.TensorSources;

/// <summary>One change of a weight by an adapter.</summary>
/// <param name="Model">The model that has the adapter: an index into <see cref="MergePlan.Models"/>.</param>
/// <param name="Of">The weight with the change.</param>
internal sealed record CoreFactor(int Model, LowRank Of);

/// <summary>
/// The changes of one weight by the adapters of several models, which span few directions: U for its rows and V for its columns.
/// Each change is U·M·Vᵀ with a small matrix M, its core (Core Space; Panariello et al. 2025).
/// </summary>
/// <param name="Factors">The changes, model by model.</param>
internal sealed record CoreFactors(ImmutableArray<CoreFactor> Factors)
{
    /// <summary>Rows of the weight.</summary>
    public long WeightRows => Factors[0].Of.Rows;

    /// <summary>Columns of the weight.</summary>
    public long WeightColumns => Factors[0].Of.Columns;

    /// <summary>All ranks together.</summary>
    public long Ranks => Factors.Sum(factor => factor.Of.Rank);

    /// <summary>Rows of a core: the vectors in U.</summary>
    public long Rows => Math.Min(WeightRows, Ranks);

    /// <summary>Columns of a core: the vectors in V.</summary>
    public long Columns => Math.Min(WeightColumns, Ranks);

    /// <summary>Bytes of the directions and of what they are made of.</summary>
    public long HeldBytes => (2 * sizeof(double) * Ranks * (WeightRows + WeightColumns)) + (4 * sizeof(double) * Ranks * Ranks);
}
