using MergeOps.Diagnostics;
using MergeOps.Forges;

namespace MergeOps.GitHub.Checkouts;

/// <summary>Brings what a pull request holds into a folder of its own, as the forge has it now.</summary>
/// <param name="git">The clone.</param>
/// <param name="remote">Where git fetches from.</param>
/// <param name="temporary">Takes the folder.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PullCheckout(GitFolder git, IGitRemote remote, string temporary, CancellationToken cancellation)
{
    /// <summary>Its head; of a merged pull request what it became on the base branch.</summary>
    /// <exception cref="MergeOpsException">It moved since the forge was asked, or git does not give it.</exception>
    public async Task<Worktree> OfAsync(PullRequestInfo pull)
    {
        var (reference, commit) = pull.IsMerged ? (pull.MergeCommitSha!, pull.MergeCommitSha!) : (remote.HeadOf(pull.Number), pull.HeadSha);
        var fetched = await FetchAsync(reference);
        return fetched == commit ? await FindAsync(commit) : throw Moved(pull, fetched);
    }

    /// <summary>Its head merged into the base branch, which is what its own workflows check out.</summary>
    /// <exception cref="MergeOpsException">It moved since the forge was asked, or git does not give it.</exception>
    public async Task<Worktree> OfTrialAsync(PullRequestInfo pull)
    {
        var fetched = await FetchAsync(remote.TrialOf(pull.Number));
        var head = await git.ResolveAsync($"{fetched}^2", cancellation);
        return head == pull.HeadSha ? await FindAsync(fetched) : throw Moved(pull, head ?? fetched);
    }

    /// <summary>What a merge queue put together.</summary>
    /// <exception cref="MergeOpsException">The queue went on since, or git does not give it.</exception>
    public async Task<Worktree> OfAsync(MergeQueueEvent queue)
    {
        var fetched = await FetchAsync(queue.Reference);
        return fetched == queue.Head ? await FindAsync(fetched)
            : throw new MergeOpsException(Codes.PlanChanged, $"The merge queue of '{TerminalText.Escape(queue.BaseBranch)}' just moved to {fetched[..12]}; its next run will plan that.");
    }

    /// <summary>The branch that it goes into as this clone has it, else what is checked out; null where there is neither.</summary>
    public async Task<Worktree?> OfBaseAsync(PullRequestInfo pull) =>
        await git.FindAsync($"origin/{pull.BaseRef}", temporary, cancellation) ?? await git.FindAsync("HEAD", temporary, cancellation);

    private Task<string> FetchAsync(string reference) => git.FetchAsync(remote.Address, reference, remote.Credentials, cancellation);

    private async Task<Worktree> FindAsync(string commit) => (await git.FindAsync(commit, temporary, cancellation))!;

    private static MergeOpsException Moved(PullRequestInfo pull, string commit) =>
        new(Codes.PlanChanged, $"Pull request {pull.Number} just moved to {commit[..12]}. Look at its plan, and give the command again.");
}
