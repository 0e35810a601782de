namespace MergeOps.Forges;

/// <summary>Issues of our own that are kept up to date. Every text is freed of secrets before it is sent.</summary>
internal interface IIssues
{
    /// <summary>An issue of our own whose text begins with a marker: the open one, else the last that was closed; null when there is none.</summary>
    Task<IssueInfo?> FindIssueAsync(string marker, CancellationToken cancellation);

    /// <summary>Opens an issue, once, whatever happens to the answer.</summary>
    Task<IssueInfo> CreateIssueAsync(string title, string body, CancellationToken cancellation);

    /// <summary>Gives an issue another title and text, and opens or closes it; what else people gave it, such as labels, stays.</summary>
    Task EditIssueAsync(int number, string title, string body, bool isOpen, CancellationToken cancellation);
}

/// <summary>An issue as it is now.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
/// <param name="Body">Its Markdown; empty when it has none.</param>
/// <param name="AuthorLogin">Who opened it.</param>
/// <param name="IsOpen">Whether it is not closed.</param>
internal sealed record IssueInfo(int Number, string Title, string Body, string AuthorLogin, bool IsOpen);
