using System.Collections.Immutable;
using MergeOps.Calibration.Coefficients;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Search.Contract;

/// <summary>
/// Proposes the points of a search and chooses among them. Each class in <c>Searchers/</c> that has a page beside it is found
/// by itself. It has no state: what it proposes follows from what was scored so far, so that an interrupted search goes on
/// where it was, and the same seed and scores choose the same numbers.
/// </summary>
internal abstract class Searcher : IRecipePlugIn
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public virtual ImmutableArray<KeyDeclaration> Keys => [];

    /// <summary>Whether it asks for <see cref="SearchProblem.Geometry"/>, for which the models are read once.</summary>
    public virtual bool NeedsGeometry => false;

    /// <summary>Whether it is of use only where task vectors are added, each times one weight.</summary>
    public virtual bool ScalesSum => false;

    /// <summary>The loss on the models' own data for which it asks for <see cref="ScoredPoint.Slope"/>; null when it asks for none.</summary>
    public virtual CoefficientLoss? Learns => null;

    /// <summary>Why it cannot search this, with what to do, as sentences; null when it can.</summary>
    public virtual string? Refuses(SearchProblem problem) => null;

    /// <summary>The next points, which may be scored in any order; none when the search is over. A point that is scored already costs nothing.</summary>
    /// <param name="problem">What is asked.</param>
    /// <param name="scored">Every point that was proposed so far, in that order.</param>
    public abstract ImmutableArray<ImmutableArray<double>> Next(SearchProblem problem, IReadOnlyList<ScoredPoint> scored);

    /// <summary>The point that is chosen.</summary>
    /// <param name="problem">What was asked.</param>
    /// <param name="scored">Every point; at least one has a score.</param>
    public virtual ScoredPoint Choose(SearchProblem problem, IReadOnlyList<ScoredPoint> scored) => problem.BestOf(scored);
}
