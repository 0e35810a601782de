using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Comments;

/// <summary>
/// The status that says whether the approved plans of a commit were carried out. Where each recipe has a job of its own, each
/// job sets a status of its own, and the whole is what all of them say: whoever writes it looks again afterwards, so that the
/// last one leaves what is true, in whatever order they ended.
/// </summary>
/// <param name="statuses">What we said of commits.</param>
/// <param name="reporter">Sets statuses.</param>
/// <param name="isPart">Whether this job carries out some of the commit's recipes.</param>
/// <param name="found">What was found decides them; takes what GitHub does not take.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class ApplyStatuses(ICommitStatuses statuses, Reporter reporter, bool isPart, DiagnosticBag found, CancellationToken cancellation)
{
    private const string Parts = $"{Reporter.ApplyStatus}/";
    private const int LongestContext = 200;
    private const int MostLooks = 8;

    /// <summary>Says that recipes will be carried out, by this job or by jobs of their own.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="recipes">The recipes.</param>
    /// <param name="areParts">Whether each has a job of its own.</param>
    public async Task BeginAsync(string commit, IReadOnlyCollection<string> recipes, bool areParts = false)
    {
        if (!isPart && !areParts)
        {
            await reporter.StatusAsync(commit, CommitState.Pending, Reporter.ApplyStatus, $"{Quantity.Of(recipes.Count, "recipe")} to merge");
            return;
        }

        foreach (var recipe in recipes)
        {
            await reporter.StatusAsync(commit, CommitState.Pending, ContextOf(recipe), "to merge");
        }

        await SummarizeAsync(commit);
    }

    /// <summary>Says what became of recipes, or what was wrong first.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="recipes">The recipes that this job was about.</param>
    /// <param name="outcomes">What became of those that were carried out.</param>
    public Task EndAsync(string commit, IEnumerable<string> recipes, ImmutableSortedDictionary<string, RecipeOutcome> outcomes)
    {
        var state = found.HasErrors ? CommitState.Failure : CommitState.Success;
        var text = found.FirstOrDefault(finding => finding.Severity is Severity.Error)?.Code.Summary
            ?? string.Join(", ", outcomes.Values.GroupBy(outcome => outcome.State).Select(outcome => $"{outcome.Count()} {outcome.Key}"));
        return EndAsync(commit, recipes, state, text, recipe => outcomes.GetValueOrDefault(recipe) is { } outcome ? $"{outcome.State}{(outcome.Version is { } version ? $" {version}" : "")}" : text);
    }

    /// <summary>Says that something broke: nobody waits for a run that is over.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="recipes">The recipes that this job was about.</param>
    /// <param name="failure">What broke.</param>
    public Task BreakAsync(string commit, IEnumerable<string> recipes, MergeOpsException failure) =>
        EndAsync(commit, recipes, CommitState.Error, failure.Diagnostic.Code.Summary, _ => failure.Diagnostic.Code.Summary);

    private async Task EndAsync(string commit, IEnumerable<string> recipes, CommitState state, string text, Func<string, string> ofPart)
    {
        if (!isPart)
        {
            await reporter.StatusAsync(commit, state, Reporter.ApplyStatus, text);
            return;
        }

        foreach (var recipe in recipes)
        {
            await reporter.StatusAsync(commit, state, ContextOf(recipe), ofPart(recipe));
        }

        await SummarizeAsync(commit);
    }

    private async Task SummarizeAsync(string commit)
    {
        try
        {
            for (var looks = 0; looks < MostLooks; looks++)
            {
                var own = await statuses.OwnStatusesAsync(commit, cancellation);
                var parts = own.Where(status => status.Context.StartsWith(Parts, StringComparison.Ordinal)).DistinctBy(status => status.Context).ToList();
                var failed = parts.Count(part => part.State is CommitState.Failure or CommitState.Error);
                var waiting = parts.Count(part => part.State is CommitState.Pending);
                var (state, text) = failed > 0 ? (CommitState.Failure, $"{failed} of {Quantity.Of(parts.Count, "recipe")} failed{(waiting > 0 ? $", {waiting} to merge" : "")}")
                    : waiting > 0 ? (CommitState.Pending, $"{waiting} of {Quantity.Of(parts.Count, "recipe")} to merge")
                    : (CommitState.Success, $"{Quantity.Of(parts.Count, "recipe")} carried out");
                var last = own.FirstOrDefault(status => status.Context == Reporter.ApplyStatus);
                if (parts.Count == 0 || (last is not null && last.Description == text && last.State == state))
                {
                    return;
                }

                await reporter.StatusAsync(commit, state, Reporter.ApplyStatus, text);
            }
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Code.Kind == FailureKind.Environment)
        {
            found.Warning(Codes.NotPosted, $"It did not say how other jobs of this commit ended: {failure.Diagnostic.Detail}");
        }
    }

    private static string ContextOf(string recipe)
    {
        var context = Parts + TerminalText.Escape(recipe);
        return context.Length <= LongestContext ? context : $"{Parts}{TextDigest.Of(recipe)}";
    }
}
