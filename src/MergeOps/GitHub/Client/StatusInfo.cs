namespace MergeOps.GitHub.Client;

/// <summary>A status of a commit.</summary>
/// <param name="Context">Which check says it, such as <c>mergeops/gates</c>.</param>
/// <param name="State">What it says.</param>
/// <param name="Description">In a few words.</param>
/// <param name="CreatorLogin">Who set it; <c>ghost</c> when that account was deleted.</param>
internal sealed record StatusInfo(string Context, CommitState State, string Description, string CreatorLogin);
