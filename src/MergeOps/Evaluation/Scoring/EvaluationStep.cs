namespace MergeOps.Evaluation.Scoring;

/// <summary>What is being measured now.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Subject">The task or text.</param>
/// <param name="Items">How many items it has; for a text its blocks.</param>
/// <param name="Remembered">Whether nothing has to be scored: the scores came from an earlier run, or the model cannot be scored.</param>
internal readonly record struct EvaluationStep(string Model, string Subject, int Items, bool Remembered)
{
    /// <summary>The part of the items that is done, from 0 to 1; 0 once, before the work begins.</summary>
    public double Share { get; init; }
}
