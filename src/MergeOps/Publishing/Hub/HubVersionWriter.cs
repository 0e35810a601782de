using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Publishing.Signing;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>Writes the files of a version to a repository on a Hub: one commit, and a tag once the Hub lists every file by its digest.</summary>
/// <param name="session">The session.</param>
/// <param name="destination">Where and how.</param>
internal sealed class HubVersionWriter(HubSession session, HubDestination destination)
{
    private readonly RepositoryName repository = destination.Repository;

    /// <summary>Makes the repository and its branch where they are missing.</summary>
    /// <param name="state">The repository as it was.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Whether anything was made, so that its state is another one.</returns>
    /// <exception cref="MergeOpsException">The Hub does not allow it.</exception>
    public async Task<bool> PrepareAsync(RepositoryState state, CancellationToken cancellation)
    {
        var hub = new RepositorySettings(session.Client, repository);
        var isNew = state.Info is null;
        if (isNew)
        {
            await hub.CreateAsync(cancellation);
            state = await RepositoryState.ReadAsync(session.Client, destination, cancellation);
        }

        if (!state.HasBranch && !destination.AsPullRequest && (state.Head is not null || destination.Branch != HubDestination.MainBranch))
        {
            await hub.BranchAsync(destination.Branch, state.Head, cancellation);
            isNew = true;
        }

        return isNew;
    }

    /// <summary>Commits, compares what the Hub lists, and sets the tag.</summary>
    /// <param name="state">The repository as it is.</param>
    /// <param name="change">What changes.</param>
    /// <param name="version">The version.</param>
    /// <param name="moved">Told how many bytes were sent, now and then.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">Somebody else committed meanwhile, or the Hub lists other files.</exception>
    public async Task<MadeCommit> WriteAsync(RepositoryState state, RepositoryChange change, PublicationVersion version, Action<long> moved, CancellationToken cancellation)
    {
        var made = await CommitAsync(state.Head, change, version, moved, cancellation);
        // a pull request may be that of an earlier run, with the same files
        await RequireListedAsync(made.PullRequest is null ? change : WithoutSignature(change), made.Commit, cancellation);
        if (made.PullRequest is null)
        {
            await new RepositorySettings(session.Client, repository).TagAsync(RepositoryState.TagOf(version), made.Commit, cancellation);
        }

        return made;
    }

    private async Task<MadeCommit> CommitAsync(string? parent, RepositoryChange change, PublicationVersion version, Action<long> moved, CancellationToken cancellation)
    {
        if (change.IsEmpty)
        {
            return new(parent!, null);
        }

        var commits = new HubCommits(session, destination);
        if (destination.AsPullRequest && await commits.ProposedAsync(WithoutSignature(change), cancellation) is { } proposed)
        {
            return proposed;
        }

        if (change.Changed.FirstOrDefault(file => file.Path == ModelFileNames.Card) is { } card)
        {
            await CardValidation.RequireAsync(session.Client, repository, card, cancellation);
        }

        var modes = new UploadModes(session.Client, repository);
        var (inline, large) = await modes.PartAsync(change.Changed, destination.Branch, destination.AsPullRequest, cancellation);
        await new LargeFiles(session.Client, repository)
            .UploadAsync(large, destination.AsPullRequest ? null : destination.Branch, moved, cancellation);
        var lines = CommitLines.Write($"Publish version {version.Text}", parent, inline, large, change.Deleted);
        return await commits.RunAsync(lines, parent, change, cancellation);
    }

    // no two signatures over the same files are alike
    private static RepositoryChange WithoutSignature(RepositoryChange change) =>
        change with { Files = [.. change.Files.Where(file => file.Path != ModelSignature.FileName)] };

    private async Task RequireListedAsync(RepositoryChange change, string commit, CancellationToken cancellation)
    {
        var listed = await new PublishedCommit(session.Client, repository, commit).FilesAsync(cancellation);
        if (change.MissingFrom(listed, cancellation) is { } missing)
        {
            throw new MergeOpsException(
                Codes.ReadBackDiffers,
                $"{TerminalText.Quoted(missing.Path)} of '{repository}' at {commit[..12]} is not the file that was sent ({ByteText.Of(missing.Size)}, SHA-256 {missing.Sha256[..12]}…). The version was not tagged. Run again; if the problem persists, it is on the Hub's side.");
        }
    }
}
