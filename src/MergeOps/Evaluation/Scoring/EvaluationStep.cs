namespace MergeOps.Evaluation.Scoring;

/// <summary>What is being measured now.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Subject">The task or text.</param>
/// <param name="Items">How many items it has; for a text its blocks.</param>
/// <param name="Remembered">Whether the scores came from an earlier run.</param>
internal readonly record struct EvaluationStep(string Model, string Subject, int Items, bool Remembered);
