using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>The share of each text's 10 nearest neighbors that two models have in common.</summary>
internal sealed record NeighborsKept : BetweenModels
{
    private const int Neighbors = 10;

    /// <summary>Of fewer texts the nearest ones are most of all.</summary>
    public const int LeastTexts = (2 * Neighbors) + 1;

    /// <inheritdoc/>
    public override string Name => "neighbors";

    /// <inheritdoc/>
    public override string Summary => "the share of the 10 nearest neighbors of each text that two models have in common";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (0, 1);

    /// <inheritdoc/>
    public override bool IsShare => true;

    /// <inheritdoc/>
    public override string Legend => "neighbors is the share of each text's 10 nearest neighbors that are the same in the model it is compared with";

    /// <inheritdoc/>
    public override string Text(Measured figure) => FigureText.PercentWithInterval(figure);

    /// <inheritdoc/>
    protected override Part Compare(Subject subject, ItemScores model, ItemScores other)
    {
        var (own, others) = (new UnitVectors(model.Vectors), new UnitVectors(other.Vectors));
        return own.Count < LeastTexts
            ? Part.Missing($"'{subject.Name}' has {own.Count} texts; more than {2 * Neighbors} are needed to see whose neighbors stayed")
            : GroupMeans.Of(subject, item => own.Neighbors(item, Neighbors).Intersect(others.Neighbors(item, Neighbors)).Count() / (double)Neighbors, NothingVaries);
    }
}
