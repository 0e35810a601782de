namespace MergeOps.Evaluation.Contract;

/// <summary>An item of a task as people read it; texts from outside.</summary>
/// <param name="Asked">What a model is asked.</param>
/// <param name="Expected">The right answer.</param>
internal sealed record ShownItem(string Asked, string Expected);
