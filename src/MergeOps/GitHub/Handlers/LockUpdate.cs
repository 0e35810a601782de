using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>A pull request that updates a lock.</summary>
/// <param name="Pull">The pull request.</param>
/// <param name="IsMerged">Whether it merged itself just now.</param>
internal sealed record ProposedLock(PullRequestInfo Pull, bool IsMerged);

/// <summary>Proposes a recipe's newest lock as a pull request of its own, plans it there, and merges it where the settings say so and its gates hold.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="proposals">Takes what is proposed.</param>
/// <param name="hub">Where the models are.</param>
/// <param name="engine">How a search merges its points.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="merging">Merges what may be.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class LockUpdate(
    HostEnvironment environment,
    WorkflowRun run,
    WorkflowRepository repository,
    IProposals proposals,
    HubConnection hub,
    MergeOptions engine,
    Reporter reporter,
    LockMerge merging,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    // GitHub takes files of 100 MB
    private const int LargestFile = 100_000_000;

    /// <summary>Locks a recipe anew in a worktree, and opens or renews its pull request.</summary>
    /// <param name="path">The recipe from the repository's root.</param>
    /// <returns>The pull request; null when the lock stays as it is, or the recipe cannot be locked, which is found.</returns>
    public async Task<ProposedLock?> RunAsync(string path)
    {
        var git = repository.Checkout.Git;
        await using var worktree = (await git.FindAsync("HEAD", run.Temporary, cancellation))!;
        if (ReadRecipe.Family(worktree.Files[path], []) is not { IsEmpty: false } family)
        {
            return null;
        }

        var locked = await RecipeLock.WriteAsync(environment, family, new LockRequest(MovesAll: true), hub, found, cancellation);
        var renewal = await new RenewedNumbers(environment, worktree.Files, hub, engine, observer, found, cancellation).OfAsync(family);
        var (files, left) = await FilesOfAsync(worktree);
        if (files.IsEmpty)
        {
            return null;
        }

        var title = $"Update the lock of {path}";
        var proposal = await proposals.ProposeAsync(
            new ProposedChange(
                BranchOf(path),
                await repository.Remote.DefaultBranchAsync(cancellation),
                files,
                title,
                title,
                BodyOf(path, locked) + renewal.Markdown + left),
            cancellation);
        if (proposal.Pull is not { } pull || proposal.Outcome == ProposalOutcome.Declined)
        {
            return null;
        }

        // somebody may have added by now what is left out here, and the workflow of that push planned it
        if (proposal.Outcome == ProposalOutcome.Unchanged && left.Length > 0)
        {
            return new(pull, IsMerged: false);
        }

        var report = await TellAsync(path, worktree, pull);
        var mayMerge = proposal.Outcome == ProposalOutcome.Unchanged && renewal.AreCurrent && repository.Settings.MergesLocks;
        return new(pull, mayMerge && await merging.RunAsync(pull.Number, report, files.Keys.ToHashSet(StringComparer.Ordinal)));
    }

    // what changed, and Markdown about what of it cannot be committed here, which the plan of the branch must lack as well
    private async Task<(ImmutableSortedDictionary<string, byte[]?> Files, string Left)> FilesOfAsync(Worktree worktree)
    {
        var (files, left) = (ImmutableSortedDictionary.CreateBuilder<string, byte[]?>(StringComparer.Ordinal), new StringBuilder());
        foreach (var path in await worktree.ChangedAsync(cancellation))
        {
            var file = new FileInfo(worktree.Files[path]);
            if (file.Exists && (file.Length > LargestFile || await worktree.IsStoredElsewhereAsync(path, cancellation)))
            {
                left.Append($"- {MarkdownText.Code(path)}\n");
                file.Delete();
            }
            else
            {
                files[path] = file.Exists ? PlainFile.Read(file.FullName, LargestFile) : null;
            }
        }

        return (files.ToImmutable(), left.Length == 0 ? "" : $"\nNot in this branch, because Git LFS or another place holds them, or because they are larger than 100 MB: make them with `mergeops measure`, and commit them to this branch.\n\n{left}");
    }

    private async Task<PlanReport> TellAsync(string path, Worktree worktree, PullRequestInfo pull)
    {
        var plans = await RecipePlans.OfAsync(worktree.Files.RecipesIn([path]), worktree.Files, repository.Checkout, repository.Settings, repository.Checkout, cancellation);
        foreach (var finding in plans.Found)
        {
            found.Add(finding with { Severity = finding.Severity is Severity.Error ? Severity.Warning : finding.Severity });
        }

        var report = plans.ReportOf(repository.Remote.Name, pull.Number, pull.HeadSha, pull.BaseRef);
        await reporter.PlanAsync(report, pull.IsDraft);
        return report;
    }

    private static string BodyOf(string path, LockedRecipe locked)
    {
        var changes = string.Concat(locked.Changes.Select(change => $"- {MarkdownText.Code(change)}\n"));
        return $"Models of {MarkdownText.Code(path)} have changed since they were locked.\n\n{changes}\nThe comment below shows what the merge will be with them. Merge this pull request to apply it; close it to keep the current models.\n";
    }

    // one branch for a recipe, named so that people recognise it and no two recipes share it
    private static string BranchOf(string path)
    {
        var words = new string([.. path.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-')]).Trim('-');
        return $"mergeops/lock-{words[..Math.Min(60, words.Length)]}-{TextDigest.Of(path)[..8]}";
    }
}
