namespace MergeOps.TestHub.Storage;

/// <summary>A pull request: a head of its own that may be merged into <c>main</c>.</summary>
internal sealed class PullRequest(int number, string title, string author, string baseBranch, Commit head)
{
    /// <summary>N of <c>refs/pr/N</c>.</summary>
    public int Number => number;

    /// <summary>What it is about.</summary>
    public string Title => title;

    /// <summary>The user who opened it.</summary>
    public string Author => author;

    /// <summary>The branch it goes to.</summary>
    public string BaseBranch => baseBranch;

    /// <summary>Its newest commit.</summary>
    public Commit Head { get; set; } = head;

    /// <summary><c>draft</c>, <c>open</c>, <c>closed</c> or <c>merged</c>.</summary>
    public string Status { get; set; } = "open";
}
