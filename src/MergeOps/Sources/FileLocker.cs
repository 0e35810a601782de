using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;

namespace MergeOps.Sources;

/// <summary>Pins single files on the Hub: their commit, size and digest.</summary>
/// <param name="hub">Where they are looked at.</param>
/// <param name="metadata">Takes what plans need to know of statistics.</param>
internal sealed class FileLocker(HubConnection hub, MetadataFolder metadata)
{
    /// <summary>Locks a file as it was locked before, else at the head of its revision.</summary>
    /// <param name="file">The file.</param>
    /// <param name="before">How it was locked; null where it goes to the head.</param>
    /// <param name="found">Takes what is worth knowing.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">It is not there, or cannot be asked for.</exception>
    public async Task<LockedEntry> LockAsync(ReferencedFile file, LockedEntry? before, DiagnosticBag found, CancellationToken cancellation)
    {
        if (before is { Commit: not null, Files: [_] } && (before.Kind is not LockedKind.Statistics || (before.Metadata is { } known && metadata.Find(known) is not null)))
        {
            return before;
        }

        var wanted = HubFile.Of(file.Location);
        try
        {
            var info = await hub.Repositories.InfoAsync(wanted.Repository, wanted.Revision, cancellation);
            if (info.RenameNotice(wanted.Repository, file.Location.Span) is { } notice)
            {
                found.Add(notice);
            }

            var pinned = await hub.Repositories.FindAsync(wanted.Repository, info.Commit, wanted.Path, cancellation)
                ?? throw await AbsentAsync(wanted, info.Commit, cancellation);
            return new(file.Location.Value, [pinned.Content])
            {
                Kind = file.Kind,
                Commit = info.Commit,
                Gated = info.Gated,
                Metadata = file.Kind is LockedKind.Statistics ? metadata.Keep(await StatisticsFactsReader.ReadAsync(new(hub.Repositories, wanted.Repository, info.Commit, [pinned.Content]), pinned.Path, info, cancellation)) : null,
            };
        }
        catch (MergeOpsException problem) when (problem.Diagnostic.Span is null)
        {
            throw new MergeOpsException(problem.Diagnostic with { Span = file.Location.Span, Detail = problem.Diagnostic.Detail + Doubt(problem, file.Location.Value) }, problem);
        }
    }

    private static string Doubt(MergeOpsException problem, string location) =>
        problem.Diagnostic.Code == Codes.RepositoryAbsent && HubFileReference.WithDatasets(location) is { } meant ? $" If it is a data set, write {TerminalText.Escape(meant)}." : "";

    private async Task<MergeOpsException> AbsentAsync(HubFile wanted, string commit, CancellationToken cancellation)
    {
        var files = await hub.Repositories.FilesAsync(wanted.Repository, commit, cancellation);
        return new MergeOpsException(
            Codes.RepositoryFileAbsent,
            $"'{wanted.Repository}' at {commit[..12]} has no file {TerminalText.Quoted(wanted.Path)}.{NearestName.Suggestion(wanted.Path, files.Paths)}");
    }
}
