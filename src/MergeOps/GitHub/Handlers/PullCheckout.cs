using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Client;

namespace MergeOps.GitHub.Handlers;

/// <summary>Brings what a pull request holds into a folder of its own, as GitHub has it now.</summary>
/// <param name="journey">The run.</param>
internal sealed class PullCheckout(Journey journey)
{
    private readonly GitFolder git = new(journey.Checkout.Root);

    /// <summary>Its head; of a merged pull request what it became on the base branch.</summary>
    /// <exception cref="MergeOpsException">It moved since GitHub was asked, or git does not give it.</exception>
    public async Task<Worktree> OfAsync(PullRequestInfo pull)
    {
        var (reference, commit) = pull.IsMerged ? (pull.MergeCommitSha!, pull.MergeCommitSha!) : ($"refs/pull/{pull.Number}/head", pull.HeadSha);
        var fetched = await FetchAsync(reference);
        return fetched == commit ? await FindAsync(commit) : throw Moved(pull, fetched);
    }

    /// <summary>Its head merged into the base branch, which is what its own workflows check out.</summary>
    /// <exception cref="MergeOpsException">It moved since GitHub was asked, or git does not give it.</exception>
    public async Task<Worktree> OfTrialAsync(PullRequestInfo pull)
    {
        var fetched = await FetchAsync($"refs/pull/{pull.Number}/merge");
        var head = await git.ResolveAsync($"{fetched}^2", journey.Cancellation);
        return head == pull.HeadSha ? await FindAsync(fetched) : throw Moved(pull, head ?? fetched);
    }

    private async Task<string> FetchAsync(string reference)
    {
        var settings = journey.GitHub.Settings;
        var remote = new Uri($"{settings.Server.AbsoluteUri.TrimEnd('/')}/{journey.GitHub.Slug}.git");
        return await git.FetchAsync(remote, reference, settings.Token, journey.Cancellation);
    }

    private async Task<Worktree> FindAsync(string commit) => (await git.FindAsync(commit, journey.Run.Temporary, journey.Cancellation))!;

    private static MergeOpsException Moved(PullRequestInfo pull, string commit) =>
        new(Codes.PlanChanged, $"Pull request {pull.Number} moved to {commit[..12]} just now. Look at its plan, and give the command again.");
}
