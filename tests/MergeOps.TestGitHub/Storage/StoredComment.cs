using System.Collections.Concurrent;

namespace MergeOps.TestGitHub.Storage;

/// <summary>A comment.</summary>
/// <param name="Id">By which it is edited.</param>
/// <param name="Number">The pull request or issue it is on.</param>
/// <param name="Login">Who wrote it.</param>
internal sealed record StoredComment(long Id, int Number, string Login)
{
    /// <summary>Its Markdown.</summary>
    public required string Body { get; set; }

    /// <summary>How often its text was changed.</summary>
    public int Edits { get; set; }

    /// <summary>Who answered how without words, oldest first.</summary>
    public ConcurrentQueue<(string Login, string Content)> Reactions { get; } = new();
}
