using System.Collections.Concurrent;

namespace MergeOps.TestGitHub.Storage;

/// <summary>A pull request.</summary>
/// <param name="Number">Its number, which no issue has.</param>
/// <param name="Login">Who opened it.</param>
/// <param name="HeadRef">The branch with what it proposes.</param>
/// <param name="BaseRef">The branch it goes into.</param>
/// <param name="Fork">The repository of its head; null for the same one.</param>
internal sealed record StoredPull(int Number, string Login, string HeadRef, string BaseRef, string? Fork)
{
    /// <summary>Its title.</summary>
    public required string Title { get; set; }

    /// <summary>Its Markdown.</summary>
    public string Body { get; set; } = "";

    /// <summary>The commit that it proposes.</summary>
    public required string HeadSha { get; set; }

    /// <summary>What it goes into, as it was when the head last moved.</summary>
    public required string BaseSha { get; set; }

    /// <summary>Whether its author says that it is not ready yet.</summary>
    public bool IsDraft { get; set; }

    /// <summary>Whether it is neither merged nor closed.</summary>
    public bool IsOpen
    {
        get;
        set
        {
            WasClosed |= !value;
            field = value;
        }
    } = true;

    /// <summary>Whether it was closed once.</summary>
    public bool WasClosed { get; private set; }

    /// <summary>The commit that merged it; null before.</summary>
    public string? MergeSha { get; set; }

    /// <summary>When it was merged; null before.</summary>
    public DateTimeOffset? MergedAt { get; set; }

    /// <summary>Whether the fork was deleted.</summary>
    public bool IsForkDeleted { get; set; }

    /// <summary>What people said of it, oldest first.</summary>
    public ConcurrentQueue<StoredReview> Reviews { get; } = new();

    /// <summary>Where git keeps the head's branch.</summary>
    public string HeadReference => Fork is null ? $"refs/heads/{HeadRef}" : $"refs/forks/{Fork}/{HeadRef}";
}
