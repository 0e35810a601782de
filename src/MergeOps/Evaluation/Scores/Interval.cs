namespace MergeOps.Evaluation.Scores;

/// <summary>A 95 % interval, both ends included.</summary>
internal readonly record struct Interval(double Lower, double Upper);
