namespace MergeOps.Forges;

/// <summary>What made a run begin, as far as merges are concerned.</summary>
internal abstract record ForgeEvent;

/// <summary>A pull request was opened or changed.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Head">Its newest commit; what the run checked out is this one merged into the base.</param>
/// <param name="BaseBranch">Where it wants to go.</param>
/// <param name="IsFork">Whether it comes from another repository, or from one that is gone.</param>
/// <param name="IsDraft">Whether its author says that it is not ready yet.</param>
internal sealed record PullRequestEvent(int Number, string Head, string BaseBranch, bool IsFork, bool IsDraft) : ForgeEvent;

/// <summary>Commits were pushed to a branch.</summary>
/// <param name="Before">The branch's commit before; all zeros when it is new.</param>
/// <param name="After">Its commit now.</param>
/// <param name="Branch">The branch; empty for a tag.</param>
/// <param name="IsDefaultBranch">Whether it is the repository's main branch.</param>
internal sealed record PushEvent(string Before, string After, string Branch, bool IsDefaultBranch) : ForgeEvent;

/// <summary>Somebody wrote below an issue or a pull request.</summary>
/// <param name="Number">The number of either.</param>
/// <param name="IsPullRequest">Which of them it is.</param>
/// <param name="Id">The comment.</param>
/// <param name="Login">Who wrote it.</param>
/// <param name="Body">What they wrote.</param>
internal sealed record CommentEvent(int Number, bool IsPullRequest, long Id, string Login, string Body) : ForgeEvent;

/// <summary>A run that may only read is over, and this one may write what it found.</summary>
/// <param name="Head">The commit it ran for.</param>
/// <param name="IsOfPullRequest">Whether it ran for a pull request.</param>
/// <param name="Queue">The state of a merge queue that it ran for; null when it ran for something else.</param>
internal sealed record FinishedRunEvent(string Head, bool IsOfPullRequest, MergeQueueEvent? Queue) : ForgeEvent;

/// <summary>A merge queue has put pull requests together, and asks whether they may come to their branch.</summary>
/// <param name="Head">The queue's commit; it may hold several pull requests.</param>
/// <param name="Reference">Where git fetches it, such as <c>refs/heads/gh-readonly-queue/main/pr-1-0123…</c>.</param>
/// <param name="BaseBranch">Where they want to go.</param>
/// <param name="Number">The last pull request in it.</param>
internal sealed record MergeQueueEvent(string Head, string Reference, string BaseBranch, int Number) : ForgeEvent;

/// <summary>The time has come.</summary>
internal sealed record ScheduleEvent : ForgeEvent;
