using MergeOps.Forges;

namespace MergeOps.GitHub.Approvals;

/// <summary>Who approves the newest commit of a pull request; its author does not count.</summary>
/// <param name="pulls">The pull requests.</param>
/// <param name="members">Who may write.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class ApprovingReviews(IPullRequests pulls, IMembers members, CancellationToken cancellation)
{
    /// <summary>Their logins. Anybody may review a public repository, so these are not yet people whose word counts.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(PullRequestInfo pull) =>
    [
        .. (await pulls.ReviewsAsync(pull.Number, cancellation))
            .Where(review => review.Login != pull.AuthorLogin && review.State is not ReviewState.Commented)
            .GroupBy(review => review.Login, StringComparer.OrdinalIgnoreCase)
            .Where(person => person.Last() is { State: ReviewState.Approved } last && last.CommitSha == pull.HeadSha)
            .Select(person => person.Key),
    ];

    /// <summary>Those of them who may write to the repository.</summary>
    public async Task<IReadOnlyList<string>> OfWritersAsync(PullRequestInfo pull)
    {
        List<string> writers = [];
        foreach (var login in await OfAsync(pull))
        {
            if (await members.MayWriteAsync(login, cancellation))
            {
                writers.Add(login);
            }
        }

        return writers;
    }
}
