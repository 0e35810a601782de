using System.Collections.Immutable;
using System.Net;
using MergeOps.Diagnostics;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>One repository on GitHub. Here: pull requests and what they change.</summary>
internal sealed partial class GitHubRepository
{
    // GitHub lists no more files than these, of a pull request and of a comparison
    private const int MostPullFiles = 3000;
    private const int MostComparedFiles = 300;

    /// <summary>A pull request as it is now.</summary>
    public async Task<PullRequestInfo> PullAsync(int number, CancellationToken cancellation = default) => Info(await connection.CallAsync(
        new($"the pull request {slug}#{number}", "pull-requests: read"),
        github => github.PullRequest.Get(slug.Owner, slug.Name, number),
        cancellation));

    /// <summary>The same; null when nothing of that number is a pull request.</summary>
    public async Task<PullRequestInfo?> FindPullAsync(int number, CancellationToken cancellation = default)
    {
        try
        {
            return await PullAsync(number, cancellation);
        }
        catch (MergeOpsException absent) when (absent.Diagnostic.Code == Codes.GitHubGone)
        {
            return null;
        }
    }

    /// <summary>Merges a pull request as it was looked at, in the first way that the repository allows: a merge commit, one commit, or its commits.</summary>
    /// <param name="pull">The pull request; nothing happens if its branch has moved since.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Null, or why GitHub does not merge it: a rule of the branch, a conflict, a newer commit.</returns>
    public async Task<string?> TryMergeAsync(PullRequestInfo pull, CancellationToken cancellation = default)
    {
        var allowed = await connection.CallAsync(new($"the repository {slug}", "metadata: read"), github => github.Repository.Get(slug.Owner, slug.Name), cancellation);
        var merge = new MergePullRequest
        {
            Sha = pull.HeadSha,
            MergeMethod = allowed.AllowMergeCommit != false ? PullRequestMergeMethod.Merge : allowed.AllowSquashMerge != false ? PullRequestMergeMethod.Squash : PullRequestMergeMethod.Rebase,
        };
        try
        {
            await connection.CreateAsync(
                new($"the merge of {slug}#{pull.Number}", "contents: write"),
                async github => (await github.PullRequest.Merge(slug.Owner, slug.Name, pull.Number, merge)).Sha,
                async () => await PullAsync(pull.Number, cancellation) is { IsMerged: true } merged ? merged.MergeCommitSha : null,
                cancellation);
            return null;
        }
        catch (MergeOpsException refused) when (refused.InnerException is ApiException { StatusCode: HttpStatusCode.MethodNotAllowed or HttpStatusCode.Conflict })
        {
            return refused.Diagnostic.Detail;
        }
    }

    /// <summary>The files that a pull request changes; at most 3000, which is all that GitHub lists.</summary>
    public async Task<ImmutableArray<ChangedFile>> PullFilesAsync(int number, CancellationToken cancellation = default)
    {
        var files = await PagesAsync(
            new($"the files of {slug}#{number}", "pull-requests: read"),
            (github, options) => github.PullRequest.Files(slug.Owner, slug.Name, number, options),
            MostPullFiles,
            _ => false,
            cancellation);
        return [.. files.Select(file => new ChangedFile(file.FileName, file.PreviousFileName, file.Status))];
    }

    /// <summary>The pull requests that a commit came in by, or is proposed by.</summary>
    public async Task<ImmutableArray<PullRequestInfo>> PullsOfCommitAsync(string sha, CancellationToken cancellation = default)
    {
        // Octokit has its own, smaller type for these
        var address = new Uri($"repos/{slug}/commits/{Uri.EscapeDataString(sha)}/pulls", UriKind.Relative);
        var pulls = await connection.CallAsync(
            new($"the pull requests of {slug}@{Short(sha)}", "pull-requests: read"),
            github => new ApiConnection(github.Connection).GetAll<PullRequest>(address, new ApiOptions { PageSize = PageSize }),
            cancellation);
        return [.. pulls.Select(Info)];
    }

    /// <summary>The paths that differ between two commits, old and new names of what was renamed among them.</summary>
    /// <exception cref="MergeOpsException">GitHub does not answer, knows one of them not, or names 300 files, beyond which it names none.</exception>
    public async Task<ImmutableArray<string>> ChangedBetweenAsync(string before, string after, CancellationToken cancellation = default)
    {
        var subject = new GitHubSubject($"the changes from {Short(before)} to {Short(after)} in {slug}", "contents: read");
        var comparison = await connection.CallAsync(
            subject, github => github.Repository.Commit.Compare(slug.Owner, slug.Name, Uri.EscapeDataString(before), Uri.EscapeDataString(after)), cancellation);
        var files = comparison.Files ?? [];
        return files.Count >= MostComparedFiles
            ? throw connection.Failures.Unexpected(subject, $"{files.Count} files, which is where its lists end")
            : [.. files.SelectMany(file => new[] { file.Filename, file.PreviousFileName }).Where(path => !string.IsNullOrEmpty(path)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>How many commits of a branch another commit lacks.</summary>
    /// <param name="branch">The branch.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<int> CommitsMissingAsync(string branch, string commit, CancellationToken cancellation = default)
    {
        var comparison = await connection.CallAsync(
            new($"what {Short(commit)} lacks of '{branch}' in {slug}", "contents: read"),
            github => github.Repository.Commit.Compare(slug.Owner, slug.Name, Uri.EscapeDataString(branch), Uri.EscapeDataString(commit)),
            cancellation);
        return comparison.BehindBy;
    }

    /// <summary>The pull requests into a branch that were closed or merged, the last changed first.</summary>
    /// <param name="baseRef">The branch.</param>
    /// <param name="last">The most to list.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<ImmutableArray<PullRequestInfo>> ClosedPullsAsync(string baseRef, int last, CancellationToken cancellation = default)
    {
        var request = new PullRequestRequest
        {
            State = ItemStateFilter.Closed,
            Base = baseRef,
            SortProperty = PullRequestSort.Updated,
            SortDirection = SortDirection.Descending,
        };
        var pulls = await PagesAsync(
            new($"the closed pull requests of {slug}", "pull-requests: read"),
            (github, options) => github.PullRequest.GetAllForRepository(slug.Owner, slug.Name, request, options),
            last,
            _ => false,
            cancellation);
        return [.. pulls.Select(Info)];
    }

    /// <summary>What people said of a pull request as a whole, oldest first.</summary>
    public async Task<ImmutableArray<Review>> ReviewsAsync(int number, CancellationToken cancellation = default)
    {
        var reviews = await PagesAsync(
            new($"the reviews of {slug}#{number}", "pull-requests: read"),
            (github, options) => github.PullRequest.Review.GetAll(slug.Owner, slug.Name, number, options),
            int.MaxValue,
            _ => false,
            cancellation);
        return [.. reviews.Select(review => new Review(review.User?.Login ?? DeletedLogin, review.State.StringValue, review.CommitId))];
    }

    /// <summary>Proposes a change as one commit on a branch of ours and one pull request; an open one is brought up to date.</summary>
    public Task<Proposal> ProposeAsync(ProposedChange change, CancellationToken cancellation = default) =>
        new GitHubProposals(connection, this).ProposeAsync(change, cancellation);

    /// <summary>A pull request of Octokit's as ours.</summary>
    public PullRequestInfo Info(PullRequest pull)
    {
        var head = RepositorySlug.TryParse(pull.Head.Repository?.FullName);
        return new(
            pull.Number,
            pull.Head.Sha,
            pull.Head.Ref,
            head,
            pull.Base.Ref,
            pull.Base.Sha,
            pull.Title ?? "",
            pull.User?.Login ?? DeletedLogin,
            pull.State.StringValue == "open",
            pull.MergedAt,
            pull.MergeCommitSha,
            !string.Equals(head?.ToString(), slug.ToString(), StringComparison.OrdinalIgnoreCase))
        {
            IsMergeable = pull.Mergeable,
            IsDraft = pull.Draft,
        };
    }
}
