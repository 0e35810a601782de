using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace MergeOps.TestHub.Storage;

/// <summary>All that the Hub knows: repositories, former names, tokens, trusted publishers.</summary>
internal sealed class HubStore(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, HubRepository> repositories = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> renamed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AccessToken> tokens = new(StringComparer.Ordinal);

    /// <summary>Workflows that may have a short token for a repository.</summary>
    public ConcurrentBag<TrustedPublisher> TrustedPublishers { get; } = [];

    /// <summary>Running workflows by the token with which they ask for an OIDC token, and the claims of that.</summary>
    public ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> Workflows { get; } = new(StringComparer.Ordinal);

    /// <summary>The ids of all repositories.</summary>
    public IEnumerable<string> Ids => repositories.Keys.Order(StringComparer.Ordinal);

    /// <summary>A repository by its present name.</summary>
    public HubRepository? Repository(string id) => repositories.GetValueOrDefault(id);

    /// <summary>The present name of a repository that was called otherwise.</summary>
    public string? NewName(string id) => renamed.GetValueOrDefault(id);

    /// <summary>Makes a repository whose first commit holds some files; null if the name is taken.</summary>
    public HubRepository? Create(string id, ImmutableSortedDictionary<string, StoredFile> files, string author = "tester")
    {
        var repository = new HubRepository(id, time);
        repository.Branches["main"] = repository.Add(null, files, "initial commit", author: author);
        if (!repositories.TryAdd(id, repository))
        {
            return null;
        }

        renamed.TryRemove(id, out _);
        return repository;
    }

    /// <summary>Removes a repository.</summary>
    public void Delete(string id) => repositories.TryRemove(id, out _);

    /// <summary>Gives a repository another name; the old one leads to it.</summary>
    public bool Move(string from, string to)
    {
        if (!repositories.TryGetValue(from, out var repository) || !repositories.TryAdd(to, repository))
        {
            return false;
        }

        repository.Id = to;
        repositories.TryRemove(from, out _);
        Redirect(from, to);
        return true;
    }

    /// <summary>Lets a former name lead to a present one.</summary>
    public void Redirect(string from, string to) => renamed[from] = to;

    /// <summary>Adds a token.</summary>
    public AccessToken Add(AccessToken token) => tokens[token.Value] = token;

    /// <summary>The token of that value that has not ended.</summary>
    public AccessToken? Token(string value) =>
        tokens.TryGetValue(value, out var token) && (token.ExpiresAt is null || token.ExpiresAt > time.GetUtcNow()) ? token : null;
}
