using System.Net;
using System.Net.Http.Headers;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Reading;

namespace MergeOps.HuggingFace.Upload;

/// <summary>A commit that holds a version.</summary>
/// <param name="Commit">40 hex digits.</param>
/// <param name="PullRequest">The address of the pull request that it is part of, or null.</param>
internal sealed record MadeCommit(string Commit, string? PullRequest);

/// <summary>
/// Commits once. The parent must still be the head, so that nobody's work is lost; and an answer that was lost on its way
/// is looked for in the repository before anything is sent again.
/// </summary>
internal sealed class HubCommits(HubSession session, HubDestination destination)
{
    private const int Attempts = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HubSubject subject = new(destination.Repository, destination.Branch);

    /// <summary>Commits.</summary>
    /// <param name="lines">The commit as <see cref="CommitLines"/> writes it.</param>
    /// <param name="parent">The commit that it builds on; null where the branch has none.</param>
    /// <param name="change">What it changes.</param>
    /// <param name="cancellation">Stops; the commit is there then, or it is not.</param>
    /// <exception cref="MergeOpsException">The branch has moved, or the Hub does not take the commit.</exception>
    public async Task<MadeCommit> RunAsync(byte[] lines, string? parent, RepositoryChange change, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            await session.RenewAsync(cancellation);
            try
            {
                return await SendAsync(lines, cancellation)
                    ?? await FindAsync(parent, change, cancellation)
                    ?? throw Moved("the Hub says that the parent is stale");
            }
            catch (MergeOpsException lost) when (lost.Diagnostic.Code == Codes.HubFailed || lost.Diagnostic.Code == Codes.HubUnreachable)
            {
                if (await FindAsync(parent, change, cancellation) is { } made)
                {
                    return made;
                }

                if (attempt == Attempts || destination.AsPullRequest)
                {
                    throw;
                }

                await Task.Delay(Pause, session.Client.Clock, cancellation);
            }
        }
    }

    /// <summary>A pull request that proposes the same files already; null when there is none.</summary>
    public async Task<MadeCommit?> ProposedAsync(RepositoryChange change, CancellationToken cancellation)
    {
        var hub = new HubRepositories(session.Client);
        var refs = await hub.RefsAsync(destination.Repository, withPullRequests: true, cancellation);
        foreach (var proposal in refs.PullRequests.Reverse())
        {
            var files = await hub.FilesAsync(destination.Repository, proposal.Commit, cancellation);
            if (change.MissingFrom(files, cancellation) is null)
            {
                var page = $"{destination.Repository}/discussions/{proposal.Ref.Split('/')[^1]}";
                return new(proposal.Commit, session.Client.Settings.Below(page).AbsoluteUri);
            }
        }

        return null;
    }

    // null when the parent is no longer the head
    private async Task<MadeCommit?> SendAsync(byte[] lines, CancellationToken cancellation)
    {
        var path = $"{HubAddresses.Repository(destination.Repository)}/commit/{HubAddresses.Segment(destination.Branch)}";
        var request = new HubRequest(HttpMethod.Post, destination.AsPullRequest ? path + "?create_pr=1" : path, subject)
        {
            Content = () => new ByteArrayContent(lines) { Headers = { ContentType = new MediaTypeHeaderValue(CommitLines.MediaType) } },
            Accepted = [HttpStatusCode.PreconditionFailed],
        };
        var (status, answer) = await new HubJson(session.Client).AskAsync(request, cancellation);
        return status == HttpStatusCode.PreconditionFailed
            ? null
            : new(HubJson.Commit(answer, "commitOid", subject), HubJson.OptionalText(answer, "pullRequestUrl"));
    }

    private async Task<MadeCommit?> FindAsync(string? parent, RepositoryChange change, CancellationToken cancellation)
    {
        if (destination.AsPullRequest)
        {
            return await ProposedAsync(change, cancellation);
        }

        var hub = new HubRepositories(session.Client);
        var head = (await hub.RefsAsync(destination.Repository, withPullRequests: false, cancellation))
            .Branches.FirstOrDefault(branch => branch.Name == destination.Branch)?.Commit;
        if (head is null || head == parent)
        {
            return null;
        }

        return change.MissingFrom(await hub.FilesAsync(destination.Repository, head, cancellation), cancellation) is null
            ? new(head, null)
            : throw Moved($"its head is {head[..12]} now and was {(parent is null ? "absent" : parent[..12])}");
    }

    private MergeOpsException Moved(string how) => new(
        Codes.RepositoryMoved,
        $"Someone else committed to '{destination.Branch}' of '{destination.Repository}' meanwhile: {how}. Nothing was committed. Check what changed there, then run again.");
}
