using MergeOps.Recipes;

namespace MergeOps.Evaluation.Data;

/// <summary>The items of a task as lines of its kind, wherever they come from.</summary>
/// <param name="Task">The task, with what its data says of it.</param>
/// <param name="Path">The file of the lines, as the user would name it.</param>
/// <param name="Lines">The items in their order.</param>
/// <param name="Digest">SHA-256 of all that decides what models are asked, lower-case hex.</param>
internal sealed record TaskSource(TaskSettings Task, string Path, IEnumerable<TaskLine> Lines, string Digest);
