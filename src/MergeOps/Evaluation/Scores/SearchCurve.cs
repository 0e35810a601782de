using System.Collections.Immutable;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Scores;

/// <summary>How an objective depends on the numbers that a search tried: what chose the numbers of the merged model.</summary>
internal sealed record SearchCurve
{
    /// <summary>What was measured on the validation items, such as <c>mean.accuracy</c>.</summary>
    public required string Objective { get; init; }

    /// <summary>Whether a larger score is the better one.</summary>
    public required bool LargerIsBetter { get; init; }

    /// <summary>Whether people read the scores in percent.</summary>
    public bool IsShare { get; init; }

    /// <summary>The searcher's name.</summary>
    public required string Searcher { get; init; }

    /// <summary>What each number of a point is, as people call it, such as <c>lambda</c>; at least one.</summary>
    public required ImmutableArray<string> Parameters { get; init; }

    /// <summary>The points in the order in which they were scored; at least one. With one parameter they are a curve once they are sorted by it.</summary>
    public required ImmutableArray<CurvePoint> Points { get; init; }

    /// <summary>Index of the point whose numbers the merged model has.</summary>
    public required int Chosen { get; init; }

    /// <summary>The chosen point.</summary>
    public CurvePoint ChosenPoint => Points[Chosen];
}

/// <summary>One point of a search.</summary>
/// <param name="Values">A number for each parameter.</param>
/// <param name="Score">The objective on the validation items; null where the model gave none.</param>
/// <param name="Interval">The score's 95 % interval; null where there is none.</param>
internal sealed record CurvePoint(ImmutableArray<double> Values, double? Score, Interval? Interval);
