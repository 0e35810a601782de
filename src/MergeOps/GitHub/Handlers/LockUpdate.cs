using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>Proposes a recipe's newest lock as a pull request of its own, and plans it there.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="hub">Where the models are.</param>
/// <param name="engine">How a search merges its points.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class LockUpdate(
    HostEnvironment environment,
    WorkflowRun run,
    WorkflowRepository repository,
    HubConnection hub,
    MergeOptions engine,
    Reporter reporter,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>Locks a recipe anew in a worktree, and opens or renews its pull request.</summary>
    /// <param name="path">The recipe from the repository's root.</param>
    /// <returns>The pull request; null when the lock stays as it is, or the recipe cannot be locked, which is found.</returns>
    public async Task<PullRequestInfo?> RunAsync(string path)
    {
        var git = repository.Checkout.Git;
        await using var worktree = (await git.FindAsync("HEAD", run.Temporary, cancellation))!;
        if (ReadRecipe.Family(worktree.Files[path], []) is not { IsEmpty: false } family)
        {
            return null;
        }

        var locked = await RecipeLock.WriteAsync(environment, family, new LockRequest(MovesAll: true), hub, found, cancellation);
        var chosen = await SearchAsync(worktree.Files, family);
        var files = await worktree.ChangedAsync(cancellation);
        if (files.Count == 0)
        {
            return null;
        }

        var title = $"Update the lock of {path}";
        var proposal = await repository.GitHub.ProposeAsync(
            new ProposedChange(
                BranchOf(path),
                await repository.GitHub.DefaultBranchAsync(cancellation),
                files.ToImmutableSortedDictionary(file => file, file => File.Exists(worktree.Files[file]) ? PlainFile.ReadText(worktree.Files[file]) : null),
                title,
                title,
                BodyOf(path, locked) + chosen),
            cancellation);
        if (proposal.Pull is not { } pull || proposal.Outcome == ProposalOutcome.Declined)
        {
            return null;
        }

        await TellAsync(path, worktree, pull);
        return pull;
    }

    // numbers that were chosen for other models are chosen again; what scores them elsewhere must not be near this job's token
    private async Task<string> SearchAsync(Checkout checkout, ImmutableArray<Recipe> family)
    {
        var text = new StringBuilder();
        foreach (var recipe in family.Where(recipe => recipe.Search is not null))
        {
            var name = MarkdownText.Code(checkout.PathOf(recipe.Path));
            if (recipe.Search!.Objective.Command is { } command)
            {
                text.Append($"\nThe numbers of {name} were chosen for the models before. They are scored by the command {MarkdownText.Code(command.Value)}: run `mergeops search` where it runs, and commit what it writes to this branch.\n");
                continue;
            }

            DiagnosticBag ofSearch = [];
            var outcome = await SearchAsync(recipe, ofSearch);
            foreach (var finding in ofSearch)
            {
                found.Add(finding with { Severity = finding.Severity is Severity.Error ? Severity.Warning : finding.Severity, Span = finding.Span is { } span ? span with { Path = checkout.PathOf(span.Path) } : null });
            }

            text.Append(outcome is null ? $"\nThe numbers of {name} could not be chosen again; the run says why.\n"
                : outcome.WasThere ? $"\nThe numbers of {name} are the best ones still.\n"
                : $"\nThe numbers of {name} were chosen again with them.\n");
        }

        return text.ToString();
    }

    // one that fails keeps neither this lock nor those of other recipes from being proposed
    private async Task<SearchOutcome?> SearchAsync(Recipe recipe, DiagnosticBag ofSearch)
    {
        try
        {
            return await new SearchRecipe(environment, observer, ofSearch, cancellation).RunAsync(new RecipeAddress(recipe.Path, recipe.Variant).ToString(), engine, scoring: null);
        }
        catch (MergeOpsException failure)
        {
            ofSearch.Add(failure.Diagnostic);
            return null;
        }
    }

    private async Task TellAsync(string path, Worktree worktree, PullRequestInfo pull)
    {
        var plans = await RecipePlans.OfAsync(worktree.Files.RecipesIn([path]), worktree.Files, repository.Checkout, repository.Settings, repository.Checkout, cancellation);
        foreach (var finding in plans.Found)
        {
            found.Add(finding with { Severity = finding.Severity is Severity.Error ? Severity.Warning : finding.Severity });
        }

        var report = plans.ReportOf(repository.GitHub.Slug.ToString(), pull.Number, pull.HeadSha, pull.BaseRef);
        await reporter.PlanAsync(report, pull.IsDraft);
    }

    private static string BodyOf(string path, LockedRecipe locked)
    {
        var changes = string.Concat(locked.Changes.Select(change => $"- {MarkdownText.Code(change)}\n"));
        return $"Models of {MarkdownText.Code(path)} have changed since they were locked.\n\n{changes}\nThe comment below shows what the merge becomes with them. Merge this pull request to apply it; close it to keep the current models.\n";
    }

    // one branch for a recipe, named so that people recognise it and no two recipes share it
    private static string BranchOf(string path)
    {
        var words = new string([.. path.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-')]).Trim('-');
        return $"mergeops/lock-{words[..Math.Min(60, words.Length)]}-{TextDigest.Of(path)[..8]}";
    }
}
