using System.Collections.Immutable;

namespace MergeOps.Analysis.Audits;

/// <summary>What a model seems to be made of.</summary>
internal enum Making
{
    /// <summary>No candidate explains it.</summary>
    Unexplained,

    /// <summary>It is no merge of the candidates, but its weights are near those of one: it was trained from it, or both from a third.</summary>
    Relative,

    /// <summary>Every tensor is one candidate's.</summary>
    Copy,

    /// <summary>Tensors of several candidates, each as it is: layers put together.</summary>
    Passthrough,

    /// <summary>A weighted mean: coefficients that add up to 1.</summary>
    Linear,

    /// <summary>The base plus weighted task vectors: the base keeps what the coefficients leave of 1.</summary>
    TaskArithmetic,

    /// <summary>A weighted sum whose coefficients do not add up to 1.</summary>
    WeightedSum,

    /// <summary>A spherical interpolation of two models.</summary>
    Slerp,

    /// <summary>The candidates explain a part of it, and it is no weighted sum of them: task vectors that were trimmed or dropped in part, weights by statistics, spectral methods, or further training.</summary>
    Partly,
}

/// <summary>A candidate's part in an audited model.</summary>
/// <param name="Candidate">Its index.</param>
/// <param name="Coefficient">The mean of its coefficients over the tensors that were merged, each weighted by its precision; of SLERP the mean t for the second parent.</param>
/// <param name="Error">The standard error, with that of rounding which entries share; of what differs by layer the spread instead; null where the model is no weighted sum of the candidates.</param>
/// <param name="Layers">The coefficient by layer.</param>
internal sealed record AuditedParent(int Candidate, double Coefficient, double? Error, ImmutableArray<(int Layer, double Coefficient)> Layers);

/// <summary>What an audit found.</summary>
/// <param name="Making">How the model seems to be made.</param>
/// <param name="Parents">Of what, in the order of the candidates.</param>
/// <param name="IsUniform">Whether every tensor has the same coefficients.</param>
/// <param name="Unexplained">The share of the model's distance to its nearest candidate that nothing explains, from 0 to 1.</param>
/// <param name="Exact">Tensors that the finding explains up to rounding.</param>
/// <param name="Untouched">Tensors that are a parent's as they are, though others are merged.</param>
/// <param name="Foreign">Tensors that do not follow: exchanged, or trained further.</param>
internal sealed record AuditFinding(
    Making Making,
    ImmutableArray<AuditedParent> Parents,
    bool IsUniform,
    double Unexplained,
    int Exact,
    ImmutableArray<(string Tensor, int Candidate)> Untouched,
    ImmutableArray<string> Foreign)
{
    /// <summary>The smallest coefficient with which any candidate that is not among the parents would be; null where there is no such candidate, or the model is no weighted sum.</summary>
    public double? LeastSeen { get; init; }
}
