namespace Cake.MergeOps;

/// <summary>A recipe's lock as it is now, beside the recipe.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Path">The lock's file.</param>
/// <param name="IsNew">Whether this run wrote it.</param>
/// <param name="Models">How many models it pins.</param>
/// <param name="Files">How many of their files it pins.</param>
/// <param name="Changes">What changed in it, a line for each model.</param>
public sealed record MergeOpsLockFile(string Recipe, string Path, bool IsNew, int Models, int Files, IReadOnlyList<string> Changes);

/// <summary>The JSON of the verb.</summary>
internal sealed record LockResult(IReadOnlyList<MergeOpsLockFile> Locks);
