using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Upload;

namespace MergeOps.Publishing.Hub;

/// <summary>A draft in words, a line for each step, in the order in which it happens.</summary>
internal static class PublicationSteps
{
    /// <summary>The lines; none when there is nothing to do.</summary>
    public static ImmutableArray<string> Of(PublicationDraft draft, HubDestination destination)
    {
        var steps = ImmutableArray.CreateBuilder<string>();
        if (draft.Change is { } change)
        {
            if (draft.State.Info is null)
            {
                steps.Add($"create the private repository {destination.Repository}");
            }

            if (!draft.State.HasBranch && destination.Branch != HubDestination.MainBranch)
            {
                steps.Add($"create the branch {destination.Branch}");
            }

            steps.AddRange(change.Changed.Select(file => $"upload {TerminalText.Escape(file.Path)} ({ByteText.Of(file.Size)}, SHA-256 {file.Sha256})"));
            steps.AddRange(change.Deleted.Select(path => $"delete {TerminalText.Escape(path)}, which belongs to an earlier version"));
            if (!change.IsEmpty)
            {
                steps.Add(CommitStep(draft, change, destination));
            }

            steps.Add($"compare the digests of {change.Files.Length} files with those that the Hub lists");
            if (!destination.AsPullRequest || change.IsEmpty)
            {
                steps.Add($"set the tag {RepositoryState.TagOf(draft.Version)}");
            }
        }

        if (draft.BecomesPublic && (!destination.AsPullRequest || draft.Change is null or { IsEmpty: true }))
        {
            steps.Add($"make public {destination.Repository}");
        }

        return steps.ToImmutable();
    }

    private static string CommitStep(PublicationDraft draft, RepositoryChange change, HubDestination destination)
    {
        var unchanged = change.Files.Length - change.Changed.Length;
        var rest = unchanged == 0 ? "" : $"; {unchanged} files are already there";
        var on = draft.State.Head is { } head ? $" on {head[..12]}" : "";
        return destination.AsPullRequest
            ? $"open a pull request to {destination.Branch}{on}{rest}"
            : $"commit to {destination.Branch}{on}{rest}";
    }
}
