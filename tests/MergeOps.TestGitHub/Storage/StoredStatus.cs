namespace MergeOps.TestGitHub.Storage;

/// <summary>A commit's status.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Context">Which check.</param>
/// <param name="State"><c>pending</c>, <c>success</c>, <c>failure</c> or <c>error</c>.</param>
/// <param name="Description">In a few words.</param>
/// <param name="TargetUrl">Where more is to be read, or null.</param>
/// <param name="Creator">Who set it.</param>
internal sealed record StoredStatus(string Sha, string Context, string State, string Description, string? TargetUrl, string Creator);
