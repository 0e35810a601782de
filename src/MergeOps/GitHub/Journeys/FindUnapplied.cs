using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Journeys;

/// <summary>
/// Finds plans that were approved and merged, but never carried out: a run that was cancelled, or dropped from a queue, leaves
/// no trace of its own.
/// </summary>
/// <param name="journey">The run.</param>
internal sealed class FindUnapplied(Journey journey)
{
    /// <summary>How many of the newest closed pull requests are looked at.</summary>
    private const int Last = 15;

    /// <summary>Looks, newest first; an older plan of a recipe that a newer pull request carried out is no matter any more.</summary>
    /// <returns>Each plan that was not carried out; they are decisions that say no, too.</returns>
    public async Task<IReadOnlyList<UnappliedPlan>> RunAsync()
    {
        var branch = await journey.GitHub.DefaultBranchAsync(journey.Cancellation);
        var pulls = await journey.GitHub.ClosedPullsAsync(branch, Last, journey.Cancellation);
        var reporter = new Reporter(journey);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        var unapplied = new List<UnappliedPlan>();
        foreach (var pull in pulls.Where(pull => pull.IsMerged).OrderByDescending(pull => pull.Number))
        {
            if (await reporter.HeaderAsync(pull.Number) is not { } header)
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

        foreach (var plan in unapplied)
        {
            journey.Found.Error(Codes.PlanUnapplied, plan.Sentence, SourceSpan.File(plan.Recipe));
        }

        return unapplied;
    }
}

/// <summary>A plan that was merged into the main branch and not carried out.</summary>
/// <param name="Pull">Its pull request.</param>
/// <param name="Recipe">Its recipe from the repository's root.</param>
/// <param name="Plan">Its digest.</param>
/// <param name="State">How the attempt ended; null when there was none.</param>
internal sealed record UnappliedPlan(int Pull, string Recipe, string Plan, string? State)
{
    /// <summary>It in a sentence, with what to do.</summary>
    public string Sentence =>
        $"Plan {Plan[..8]} of pull request {Pull} {(State is null ? "was never carried out" : $"ended with '{State}'")}. Write `/merge apply {Plan[..8]}` below it.";
}
