namespace MergeOps.GitHub.Client;

/// <summary>A status of a commit.</summary>
/// <param name="Context">Which check says it, such as <c>mergeops/gates</c>.</param>
/// <param name="IsSuccess">Whether it says yes.</param>
/// <param name="Description">In a few words.</param>
/// <param name="CreatorLogin">Who set it; <c>ghost</c> when that account was deleted.</param>
internal sealed record StatusInfo(string Context, bool IsSuccess, string Description, string CreatorLogin)
{
    /// <summary>Whether it says that there is no answer yet.</summary>
    public bool IsPending { get; init; }
}
