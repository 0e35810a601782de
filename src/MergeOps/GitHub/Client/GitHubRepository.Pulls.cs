using System.Collections.Immutable;
using System.Net;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <content>Pull requests, what they change, and what is proposed.</content>
internal sealed partial class GitHubRepository : IPullRequests, IProposals
{
    // GitHub lists no more
    private const int MostPullFiles = 3000;

    /// <inheritdoc/>
    public async Task<PullRequestInfo> PullAsync(int number, CancellationToken cancellation) => Info(await connection.CallAsync(
        new($"the pull request {Slug}#{number}", "pull-requests: read"),
        github => github.PullRequest.Get(Slug.Owner, Slug.Name, number),
        cancellation));

    /// <inheritdoc/>
    public async Task<PullRequestInfo?> FindPullAsync(int number, CancellationToken cancellation)
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

    /// <inheritdoc/>
    public async Task<string?> TryMergeAsync(PullRequestInfo pull, CancellationToken cancellation)
    {
        var allowed = await connection.CallAsync(new($"the repository {Slug}", "metadata: read"), github => github.Repository.Get(Slug.Owner, Slug.Name), cancellation);
        var merge = new MergePullRequest
        {
            Sha = pull.HeadSha,
            MergeMethod = allowed.AllowMergeCommit != false ? PullRequestMergeMethod.Merge : allowed.AllowSquashMerge != false ? PullRequestMergeMethod.Squash : PullRequestMergeMethod.Rebase,
        };
        try
        {
            await connection.CreateAsync(
                new($"the merge of {Slug}#{pull.Number}", "contents: write"),
                async github => (await github.PullRequest.Merge(Slug.Owner, Slug.Name, pull.Number, merge)).Sha,
                async () => await PullAsync(pull.Number, cancellation) is { IsMerged: true } merged ? merged.MergeCommitSha : null,
                cancellation);
            return null;
        }
        catch (MergeOpsException refused) when (refused.InnerException is ApiException { StatusCode: HttpStatusCode.MethodNotAllowed or HttpStatusCode.Conflict })
        {
            return refused.Diagnostic.Detail;
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<ChangedFile>> PullFilesAsync(int number, CancellationToken cancellation)
    {
        var files = await PagesAsync(
            new($"the files of {Slug}#{number}", "pull-requests: read"),
            (github, options) => github.PullRequest.Files(Slug.Owner, Slug.Name, number, options),
            MostPullFiles,
            _ => false,
            cancellation);
        return [.. files.Select(file => new ChangedFile(file.FileName, file.PreviousFileName))];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<PullRequestInfo>> PullsOfCommitAsync(string sha, CancellationToken cancellation)
    {
        // Octokit has its own, smaller type for these
        var address = new Uri($"repos/{Slug}/commits/{Uri.EscapeDataString(sha)}/pulls", UriKind.Relative);
        var pulls = await connection.CallAsync(
            new($"the pull requests of {Slug}@{Short(sha)}", "pull-requests: read"),
            github => new ApiConnection(github.Connection).GetAll<PullRequest>(address, new ApiOptions { PageSize = PageSize }),
            cancellation);
        return [.. pulls.Select(Info)];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<PullRequestInfo>> ClosedPullsAsync(string baseRef, int last, CancellationToken cancellation)
    {
        var request = new PullRequestRequest
        {
            State = ItemStateFilter.Closed,
            Base = baseRef,
            SortProperty = PullRequestSort.Updated,
            SortDirection = SortDirection.Descending,
        };
        var pulls = await PagesAsync(
            new($"the closed pull requests of {Slug}", "pull-requests: read"),
            (github, options) => github.PullRequest.GetAllForRepository(Slug.Owner, Slug.Name, request, options),
            last,
            _ => false,
            cancellation);
        return [.. pulls.Select(Info)];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<Review>> ReviewsAsync(int number, CancellationToken cancellation)
    {
        var reviews = await PagesAsync(
            new($"the reviews of {Slug}#{number}", "pull-requests: read"),
            (github, options) => github.PullRequest.Review.GetAll(Slug.Owner, Slug.Name, number, options),
            int.MaxValue,
            _ => false,
            cancellation);
        return [.. reviews.Select(review => new Review(review.User?.Login ?? DeletedLogin, VerdictOf(review.State.StringValue), review.CommitId))];
    }

    private static ReviewState VerdictOf(string word) => word switch
    {
        "APPROVED" => ReviewState.Approved,
        "CHANGES_REQUESTED" => ReviewState.ChangesRequested,
        "DISMISSED" => ReviewState.Dismissed,
        _ => ReviewState.Commented,
    };

    /// <inheritdoc/>
    public Task<Proposal> ProposeAsync(ProposedChange change, CancellationToken cancellation) =>
        new GitHubProposals(connection, this).ProposeAsync(change, cancellation);

    /// <summary>A pull request of Octokit's as ours.</summary>
    public static PullRequestInfo Info(PullRequest pull) => new(
        pull.Number, pull.Head.Sha, pull.Base.Ref, pull.User?.Login ?? DeletedLogin, pull.State.StringValue == "open", pull.MergedAt, pull.MergeCommitSha)
    {
        IsMergeable = pull.Mergeable,
        IsDraft = pull.Draft,
    };
}
