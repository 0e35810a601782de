using System.Collections.Immutable;
using MergeOps.Calibration.Coefficients;
using MergeOps.Evaluation.Scores;
using MergeOps.Recipes;

namespace MergeOps.Search.Contract;

/// <summary>One number that is searched.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="From">The smallest value.</param>
/// <param name="To">The largest value.</param>
internal sealed record Dimension(string Name, double From, double To)
{
    // so many decimals tell models apart, and are the same on every processor
    private const int Decimals = 6;

    /// <summary>The model whose share it is, which takes its whole value for all tensors; null for any other number.</summary>
    public ModelReference? Model { get; init; }

    /// <summary>Whether it is one value for all models, tensors and layers.</summary>
    public bool IsForAll { get; init; }

    /// <summary>A number as a recipe would hold it: within the range, with few decimals.</summary>
    public double Fit(double value) => Math.Clamp(Math.Round(value, Decimals) + 0.0, From, To);
}

/// <summary>A point that was scored.</summary>
/// <param name="Values">A number for each dimension.</param>
/// <param name="Score">The objective.</param>
internal sealed record ScoredPoint(ImmutableArray<double> Values, Measured Score)
{
    /// <summary>The objective's metric on each task by itself, in the recipe's order; empty where there are no tasks.</summary>
    public ImmutableArray<double> Tasks { get; init; } = [];

    /// <summary>The loss that the searcher learns by, and how it changes here; null where it learns by none, or the point has no score.</summary>
    public Slope? Slope { get; init; }

    /// <summary>The digest of the merged tensors; null where they were not merged anew.</summary>
    public string? ModelDigest { get; init; }

    /// <summary>Whether these are the numbers of a point.</summary>
    public bool IsAt(ImmutableArray<double> values) => Values.AsSpan().SequenceEqual(values.AsSpan());
}

/// <summary>What a searcher is asked.</summary>
/// <param name="Dimensions">The numbers; at least one.</param>
/// <param name="LargerIsBetter">Whether a larger score is the better one.</param>
/// <param name="Evaluations">How many points may be scored.</param>
/// <param name="Seed">The seed of all that is drawn.</param>
internal sealed record SearchProblem(ImmutableArray<Dimension> Dimensions, bool LargerIsBetter, int Evaluations, ulong Seed)
{
    /// <summary>The names of the objective's tasks.</summary>
    public ImmutableArray<string> Tasks { get; init; } = [];

    /// <summary>How the models' vectors lie; null unless the searcher asks for it.</summary>
    public VectorGeometry? Geometry { get; init; }

    /// <summary>What the recipe says under the keys of the searcher.</summary>
    public KeyValues Values { get; init; } = KeyValues.None;

    /// <summary>How good a point is: larger is better; without a score it is the worst.</summary>
    public double MeritOf(ScoredPoint point) => point.Score.Value is not { } score ? double.NegativeInfinity : LargerIsBetter ? score : -score;

    /// <summary>The first one of the best points.</summary>
    /// <param name="points">At least one.</param>
    public ScoredPoint BestOf(IEnumerable<ScoredPoint> points) => points.MaxBy(MeritOf)!;

    /// <summary>A point whose numbers fit.</summary>
    public ImmutableArray<double> Fit(IEnumerable<double> values) => [.. values.Select((value, index) => Dimensions[index].Fit(value))];
}
