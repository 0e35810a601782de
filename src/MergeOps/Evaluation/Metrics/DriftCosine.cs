using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Metrics;

/// <summary>The mean cosine of the vectors that two models give the same text.</summary>
internal sealed record DriftCosine : BetweenModels
{
    /// <inheritdoc/>
    public override string Name => "cosine";

    /// <inheritdoc/>
    public override string Summary => "the mean cosine of the vectors that two models give the same text";

    /// <inheritdoc/>
    public override (double Lowest, double Highest) Range => (-1, 1);

    /// <inheritdoc/>
    public override int Decimals => 5;

    /// <inheritdoc/>
    protected override Part Compare(Subject subject, ItemScores model, ItemScores other)
    {
        var (own, others) = (new UnitVectors(model.Vectors), new UnitVectors(other.Vectors));
        return own.Size != others.Size
            ? Part.Missing($"one model's vectors have {own.Size} elements and the other's {others.Size}")
            : GroupMeans.Of(subject, item => Math.Clamp(UnitVectors.Cosine(own[item], others[item]), -1, 1), NothingVaries);
    }
}
