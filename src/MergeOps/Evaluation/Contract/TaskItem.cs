namespace MergeOps.Evaluation.Contract;

/// <summary>One item of a task, or one block of a text.</summary>
/// <param name="Group">What related items share, such as the fact that they ask for; null for an item without relatives.</param>
internal abstract record TaskItem(string? Group);
