using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Comments;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// Finds plans that were approved and merged, but never carried out: a run that was cancelled, or dropped from a queue, leaves
/// no trace of its own.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FindUnapplied(
    IRemoteRepository repository,
    IPullRequests pulls,
    Reporter reporter,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>How many merged pull requests are looked at: one call each, of fewer than 20 in all.</summary>
    private const int Last = 15;

    // as many as one call shows
    private const int LastClosed = 100;

    /// <summary>Looks, merged last first; a plan of a recipe that a pull request merged later carried out is no matter any more.</summary>
    /// <returns>Each plan that was not carried out, which are decisions that say no, too; and what was not looked at.</returns>
    public async Task<UnappliedPlans> RunAsync()
    {
        var branch = await repository.DefaultBranchAsync(cancellation);
        var closed = await pulls.ClosedPullsAsync(branch, LastClosed, cancellation);
        PullRequestInfo[] merged = [.. closed.Where(pull => pull.IsMerged).OrderByDescending(pull => pull.MergedAt)];
        var notLookedAt = new List<string>();
        var settled = new HashSet<string>(StringComparer.Ordinal);
        var unapplied = new List<UnappliedPlan>();
        foreach (var pull in merged.Take(Last))
        {
            var (header, isCertain) = await reporter.EarlyHeaderAsync(pull.Number);
            if (!isCertain)
            {
                notLookedAt.Add($"pull request {pull.Number}, whose first {Reporter.Early} comments are all by others");
            }

            if (header is null)
            {
                continue;
            }

            foreach (var (recipe, shown) in header.Plans.Where(plan => settled.Add(plan.Key)))
            {
                var state = header.Outcomes.GetValueOrDefault(recipe)?.State;
                if (state is null || !States.IsApplied(state))
                {
                    unapplied.Add(new UnappliedPlan(pull.Number, recipe, shown.Digest, state));
                }
            }
        }

        if (merged.Length > Last || closed.Length == LastClosed)
        {
            notLookedAt.Add(merged is [] ? $"pull requests closed before the last {LastClosed}" : $"pull requests merged before {merged[Math.Min(Last, merged.Length) - 1].Number}");
        }

        foreach (var place in notLookedAt)
        {
            observer.Reported($"Not looked at: {place}.");
        }

        foreach (var plan in unapplied)
        {
            found.Error(Codes.PlanUnapplied, plan.Sentence, SourceSpan.File(plan.Recipe));
        }

        return new UnappliedPlans(unapplied, notLookedAt);
    }
}

/// <summary>What a look for plans that were not carried out found.</summary>
/// <param name="Plans">Each such plan.</param>
/// <param name="NotLookedAt">Where there may be others, in words.</param>
internal sealed record UnappliedPlans(IReadOnlyList<UnappliedPlan> Plans, IReadOnlyList<string> NotLookedAt);

/// <summary>A plan that was merged into the main branch and not carried out.</summary>
/// <param name="Pull">Its pull request.</param>
/// <param name="Recipe">Its recipe from the repository's root.</param>
/// <param name="Plan">Its digest.</param>
/// <param name="State">How the attempt ended; null when there was none.</param>
internal sealed record UnappliedPlan(int Pull, string Recipe, string Plan, string? State)
{
    /// <summary>It in a sentence, with what to do.</summary>
    public string Sentence =>
        $"Plan {Plan[..8]} of pull request {Pull} {(State is null ? "was never applied" : $"ended with '{State}'")}. Write `/merge apply {Plan[..8]}` below it.";
}
