namespace MergeOps.TestHub.Storage;

/// <summary>A token and what it opens.</summary>
/// <param name="Value">What stands behind <c>Bearer</c>.</param>
/// <param name="User">Whose it is.</param>
/// <param name="CanWrite">False for a token that only reads.</param>
/// <param name="Repository">The one repository it is for; null for all.</param>
/// <param name="ExpiresAt">When it ends; null for never.</param>
internal sealed record AccessToken(string Value, string User, bool CanWrite = true, string? Repository = null, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>Users and organisations whose private repositories it opens and to whose names it may write; null for all.</summary>
    public IReadOnlyCollection<string>? Namespaces { get; init; }

    /// <summary>True where it opens a repository at all.</summary>
    public bool Opens(string repository) =>
        (Repository is null || Repository == repository) && (Namespaces is null || Namespaces.Contains(repository.Split('/')[0]));
}
