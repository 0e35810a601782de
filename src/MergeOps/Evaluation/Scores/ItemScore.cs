using MergeOps.Models;

namespace MergeOps.Evaluation.Scores;

/// <summary>How a model did on one item or text.</summary>
/// <param name="Loss">−Σ log p over the answer's tokens in nats; infinite when the model gave no number.</param>
/// <param name="Tokens">The number of those tokens.</param>
/// <param name="Correct">Whether greedy decoding writes exactly the answer.</param>
internal readonly record struct ItemScore(double Loss, int Tokens, bool Correct)
{
    /// <summary>Takes over a model's score; what is not a number counts as infinitely bad.</summary>
    public static ItemScore From(ContinuationScore score) =>
        double.IsFinite(score.LogLikelihood)
            ? new(-score.LogLikelihood, score.Tokens, score.IsGreedy)
            : new(double.PositiveInfinity, score.Tokens, Correct: false);
}
