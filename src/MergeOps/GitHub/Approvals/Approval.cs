using MergeOps.Forges;
using MergeOps.GitHub.Comments;

namespace MergeOps.GitHub.Approvals;

/// <summary>A merged pull request with what our comment below it shows, which is what people approved.</summary>
/// <param name="Pull">The pull request.</param>
/// <param name="Header">The plans that were shown.</param>
internal sealed record Approval(PullRequestInfo Pull, CommentHeader Header);
