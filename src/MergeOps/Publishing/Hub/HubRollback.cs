using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Upload;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>
/// Makes a branch hold a published version again, by one commit: large files by their digests, which the Hub has, the rest sent
/// again, everything else deleted. The commit names its parent, so that nobody's work is lost; no tag moves.
/// </summary>
internal sealed class HubRollback(HubSession session, HubDestination destination)
{
    private const int LargestInline = 10 * 1024 * 1024;

    private readonly RepositoryName repository = destination.Repository;

    /// <summary>Rolls back.</summary>
    /// <param name="wanted">The version; null for the one before the highest.</param>
    /// <param name="dryRun">Whether to change nothing.</param>
    /// <param name="cancellation">Stops; the commit is there then, or it is not.</param>
    /// <exception cref="MergeOpsException">There is no such version, the branch has moved, or the Hub does not take the commit.</exception>
    public async Task<RolledBack> RunAsync(PublicationVersion? wanted, bool dryRun, CancellationToken cancellation)
    {
        var state = await RepositoryState.ReadAsync(session.Client, destination, cancellation);
        var tags = state.Versions.ToList();
        var to = RollbackChoice.Of(tags.Select(tag => tag.Version), wanted, $"'{repository}'");
        var tagged = new PublishedCommit(session.Client, repository, tags.Find(tag => tag.Version.CompareTo(to) == 0).Commit);
        await tagged.RequireWholeAsync(to, cancellation);
        var files = await tagged.FilesAsync(cancellation);
        var tip = state.Tip!;
        var from = (await tip.ManifestAsync(cancellation))?.Release;
        var there = await tip.FilesAsync(cancellation);
        FileListing changed = [.. files.Except(there)];
        ImmutableArray<string> deleted = [.. there.Paths.Except(files.Paths, StringComparer.Ordinal)];
        if (changed.Count == 0 && deleted.IsEmpty)
        {
            return new(PageOf(null), from, to.Text, WasThere: true, []);
        }

        var made = dryRun ? null : await CommitAsync(tip.Id, to, tagged, changed, deleted, cancellation);
        if (made is not null)
        {
            await RequireListedAsync(made.Commit, files, cancellation);
        }

        return new(PageOf(made), from, to.Text, WasThere: false, Steps(state, to, changed, deleted));
    }

    private async Task<MadeCommit> CommitAsync(
        string head, PublicationVersion to, PublishedCommit tagged, FileListing changed, ImmutableArray<string> deleted, CancellationToken cancellation)
    {
        var large = changed.Where(IsLarge).Select(file => new UploadFile(file.Path, file.Size, file.Digest.Hex)).ToList();
        var inline = new List<UploadFile>();
        foreach (var file in changed.Where(file => !IsLarge(file)))
        {
            var bytes = await tagged.ReadWholeAsync(file, LargestInline, cancellation);
            inline.Add(new(file.Path, bytes.Length, BlobDigest.Of(DigestKind.Sha256, bytes).Hex) { Bytes = bytes });
        }

        ImmutableArray<UploadFile> sent = [.. inline, .. large];
        var lines = CommitLines.Write($"Roll back to version {to.Text}", head, inline, large, deleted);
        return await new HubCommits(session, destination).RunAsync(lines, head, new RepositoryChange(sent, sent, deleted, []), cancellation);
    }

    private async Task RequireListedAsync(string commit, FileListing files, CancellationToken cancellation)
    {
        var listed = await new PublishedCommit(session.Client, repository, commit).FilesAsync(cancellation);
        if (files.DifferencesFrom(listed).FirstOrDefault() is { } other)
        {
            throw new MergeOpsException(
                Codes.ReadBackDiffers,
                $"{TerminalText.Quoted(other.Path)} of '{repository}' at {commit[..12]} differs from the version. Run again; if the problem persists, it is on the Hub's side.");
        }
    }

    private ImmutableArray<string> Steps(
        RepositoryState state, PublicationVersion to, FileListing changed, ImmutableArray<string> deleted) =>
    [
        .. changed.Select(file => $"restore {TerminalText.Escape(file.Path)} ({ByteText.Of(file.Size)}{(IsLarge(file) ? ", not sent again" : "")})"),
        .. deleted.Select(path => $"delete {TerminalText.Escape(path)}, which version {to.Text} does not have"),
        $"{(destination.AsPullRequest ? "open a pull request to" : "commit to")} {destination.Branch} on {state.Head![..12]}",
        $"compare the files with those of {RepositoryState.TagOf(to)}",
    ];

    private string PageOf(MadeCommit? made) =>
        made?.PullRequest ?? session.Client.Settings.Below($"{repository}/tree/{destination.Branch}").AbsoluteUri;

    private static bool IsLarge(HashedFile file) => file.Digest.Kind is DigestKind.Sha256;
}
