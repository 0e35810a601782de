using System.Collections.Immutable;
using System.Net;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>One repository on GitHub; which one is found out when it is first needed, because not every run has one.</summary>
internal sealed partial class GitHubRepository(GitHubConnection connection, Lazy<RepositorySlug> named) : IForge
{
    // GitHub lists no more things in one call, and no more files of a comparison
    private const int PageSize = 100;
    private const int MostComparedFiles = 300;
    private const string DeletedLogin = "ghost";

    /// <summary>The repository's name.</summary>
    public RepositorySlug Slug => named.Value;

    /// <inheritdoc/>
    public string Name => Slug.ToString();

    /// <inheritdoc/>
    public Uri Address => new($"{connection.Settings.Server.AbsoluteUri.TrimEnd('/')}/{Slug}.git");

    /// <inheritdoc/>
    public NetworkCredential? Credentials => connection.Settings.Token is { } token ? new("x-access-token", token) : null;

    /// <inheritdoc/>
    public string HeadOf(int pull) => $"refs/pull/{pull}/head";

    /// <inheritdoc/>
    public string TrialOf(int pull) => $"refs/pull/{pull}/merge";

    /// <inheritdoc/>
    public async Task<string> DefaultBranchAsync(CancellationToken cancellation)
    {
        var subject = new GitHubSubject($"the repository {Slug}", "metadata: read");
        var repository = await connection.CallAsync(subject, github => github.Repository.Get(Slug.Owner, Slug.Name), cancellation);
        return repository.DefaultBranch ?? throw connection.Failures.Unexpected(subject, "no default branch");
    }

    /// <inheritdoc/>
    public async Task<byte[]?> FileAsync(string path, string reference, CancellationToken cancellation)
    {
        try
        {
            var subject = new GitHubSubject($"the file {TerminalText.Quoted(path)} of {Slug}", "contents: read");
            var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
            return await connection.CallAsync(
                subject,
                github => github.Repository.Content.GetRawContentByRef(Slug.Owner, Slug.Name, escaped, Uri.EscapeDataString(reference)),
                cancellation);
        }
        catch (MergeOpsException absent) when (absent.Diagnostic.Code == Codes.GitHubGone)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<string>> ChangedBetweenAsync(string before, string after, CancellationToken cancellation)
    {
        var subject = new GitHubSubject($"the changes from {Short(before)} to {Short(after)} in {Slug}", "contents: read");
        var comparison = await connection.CallAsync(
            subject, github => github.Repository.Commit.Compare(Slug.Owner, Slug.Name, Uri.EscapeDataString(before), Uri.EscapeDataString(after)), cancellation);
        var files = comparison.Files ?? [];
        return files.Count >= MostComparedFiles
            ? throw connection.Failures.Unexpected(subject, $"{files.Count} files, which is where its lists end")
            : [.. files.SelectMany(file => new[] { file.Filename, file.PreviousFileName }).Where(path => !string.IsNullOrEmpty(path)).Distinct(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<int> CommitsMissingAsync(string branch, string commit, CancellationToken cancellation)
    {
        var comparison = await connection.CallAsync(
            new($"what {Short(commit)} lacks of '{branch}' in {Slug}", "contents: read"),
            github => github.Repository.Commit.Compare(Slug.Owner, Slug.Name, Uri.EscapeDataString(branch), Uri.EscapeDataString(commit)),
            cancellation);
        return comparison.BehindBy;
    }

    private static string Short(string sha) => TerminalText.Escape(sha.Length > 8 ? sha[..8] : sha);

    /// <summary>Pages of a list until a page is not full, or one says that it is enough.</summary>
    private async Task<ImmutableArray<T>> PagesAsync<T>(
        GitHubSubject subject,
        Func<IGitHubClient, ApiOptions, Task<IReadOnlyList<T>>> page,
        int most,
        Func<IReadOnlyList<T>, bool> isEnough,
        CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<T>();
        var size = Math.Min(most, PageSize);
        for (var number = 1; found.Count < most; number++)
        {
            var options = new ApiOptions { StartPage = number, PageCount = 1, PageSize = size };
            var items = await connection.CallAsync(subject, github => page(github, options), cancellation);
            found.AddRange(items);
            if (items.Count < size || isEnough(items))
            {
                break;
            }
        }

        return found.Count > most ? [.. found.Take(most)] : found.ToImmutable();
    }
}
