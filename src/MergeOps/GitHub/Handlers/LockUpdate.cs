using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Client;
using MergeOps.Pipeline.Stages;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>Proposes a recipe's newest lock as a pull request of its own, and plans it there.</summary>
/// <param name="journey">The run.</param>
/// <param name="hub">Where the models are.</param>
internal sealed class LockUpdate(Journey journey, HubConnection hub)
{
    /// <summary>Locks a recipe anew in a worktree, and opens or renews its pull request.</summary>
    /// <param name="path">The recipe from the repository's root.</param>
    /// <returns>The pull request; null when the lock stays as it is, or the recipe cannot be locked, which is found.</returns>
    public async Task<PullRequestInfo?> RunAsync(string path)
    {
        var git = new GitFolder(journey.Checkout.Root);
        await using var worktree = (await git.FindAsync("HEAD", journey.Run.Temporary, journey.Cancellation))!;
        if (ReadRecipe.Run(worktree.Files[path]).Recipe is not { } recipe)
        {
            return null;
        }

        var locked = await LockRecipe.WriteAsync(recipe, new LockRequest(MovesAll: true), hub, journey.Found, journey.Cancellation);
        var files = await worktree.ChangedAsync(journey.Cancellation);
        if (files.Count == 0)
        {
            return null;
        }

        var title = $"Update the lock of {path}";
        var proposal = await journey.GitHub.ProposeAsync(
            new ProposedChange(
                BranchOf(path),
                await journey.GitHub.DefaultBranchAsync(journey.Cancellation),
                files.ToImmutableSortedDictionary(file => file, file => File.Exists(worktree.Files[file]) ? PlainFile.ReadText(worktree.Files[file]) : null),
                title,
                title,
                BodyOf(path, locked)),
            journey.Cancellation);
        if (proposal.Pull is not { } pull || proposal.Outcome == ProposalOutcome.Declined)
        {
            return null;
        }

        await TellAsync(path, worktree, pull);
        return pull;
    }

    private async Task TellAsync(string path, Worktree worktree, PullRequestInfo pull)
    {
        var plans = RecipePlans.Of([path], worktree.Files, journey.Checkout, journey.Settings);
        foreach (var finding in plans.Found)
        {
            journey.Found.Add(finding with { Severity = finding.Severity is Severity.Error ? Severity.Warning : finding.Severity });
        }

        var report = plans.ReportOf(journey.GitHub.Slug.ToString(), pull.Number, pull.HeadSha, pull.BaseRef);
        var reporter = new Reporter(journey);
        await reporter.PlanStatusAsync(report);
        await reporter.CommentAsync(report);
    }

    private static string BodyOf(string path, LockedRecipe locked)
    {
        var changes = string.Concat(locked.Changes.Select(change => $"- {MarkdownText.Code(change)}\n"));
        return $"Models of {MarkdownText.Code(path)} have moved on since they were locked.\n\n{changes}\nThe comment below shows what the merge becomes with them. Merge this to carry it out; close it to stay where you are.\n";
    }

    // one branch for a recipe, named so that people recognise it and no two recipes share it
    private static string BranchOf(string path)
    {
        var words = new string([.. path.Select(character => char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-')]).Trim('-');
        return $"mergeops/lock-{words[..Math.Min(60, words.Length)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..8]}";
    }
}
