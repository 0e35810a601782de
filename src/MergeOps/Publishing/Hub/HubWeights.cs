using System.Collections.Concurrent;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Ranges;
using MergeOps.HuggingFace.Reading;
using MergeOps.HuggingFace.Upload;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>The files of a version on a Hub, read by ranges.</summary>
/// <param name="session">The Hub; closed with this.</param>
/// <param name="repository">The repository.</param>
/// <param name="commit">The version's commit.</param>
/// <param name="files">Its files.</param>
/// <param name="cancellation">Ends the wait of whoever reads.</param>
internal sealed class HubWeights(HubSession session, RepositoryName repository, string commit, FileListing files, CancellationToken cancellation) : IPublishedWeights
{
    private const int Connections = 4;
    private const int Blocks = 12;

    private readonly ConcurrentDictionary<string, RangedFile> opened = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim connections = new(Connections);
    private readonly RangeWindow window = new(Blocks, cancellation);

    /// <inheritdoc/>
    public Task<byte[]> ReadAsync(string path, long offset, int count) =>
        new HubFiles(session.Client).ReadAsync(FileAt(path), offset, count, cancellation);

    /// <inheritdoc/>
    public IModelContent Open(string path) => new Shared(opened.GetOrAdd(path, _ => new RangedFile(window, new(session.Client, FileAt(path), connections), null) { IsComparedByReader = true }));

    /// <inheritdoc/>
    public void Dispose()
    {
        window.Dispose();
        session.Dispose();
        connections.Dispose();
    }

    private CommitFile FileAt(string path) => files.Find(path) is { } file
        ? new(repository, commit, file)
        : throw new MergeOpsException(Codes.ContentMissing, $"{TerminalText.Quoted(path)} is not in '{repository}' at {commit[..12]}.");

    private sealed class Shared(IModelContent content) : IModelContent
    {
        public void Read(long offset, Span<byte> buffer) => content.Read(offset, buffer);

        public void Announce(long offset, long length) => content.Announce(offset, length);

        public void Dispose()
        {
            // others read it too
        }
    }
}
