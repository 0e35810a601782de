using System.Text.RegularExpressions;

namespace MergeOps.GitHub.Client;

/// <summary>The name of a repository on GitHub.</summary>
/// <param name="Owner">A user or an organisation.</param>
/// <param name="Name">The repository's own name.</param>
internal sealed partial record RepositorySlug(string Owner, string Name)
{
    /// <summary>The name in a text such as <c>owner/name</c>, or null when it has another form.</summary>
    public static RepositorySlug? TryParse(string? text) =>
        text is not null && Form().Match(text) is { Success: true } match && match.Groups["name"].Value is not ("." or "..")
            ? new RepositorySlug(match.Groups["owner"].Value, match.Groups["name"].Value)
            : null;

    /// <summary><c>owner/name</c>.</summary>
    public override string ToString() => $"{Owner}/{Name}";

    // logins of managed users hold an underscore
    [GeneratedRegex(@"^(?<owner>[A-Za-z0-9][A-Za-z0-9_-]{0,99})/(?<name>[A-Za-z0-9._-]{1,100})\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
