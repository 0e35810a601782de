using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.HuggingFace.Reading;
using MergeOps.HuggingFace.Upload;
using MergeOps.Merging.Parts;
using MergeOps.Tensors;

namespace MergeOps.Publishing.Hub;

/// <summary>
/// A branch of a repository on a Hub, <c>mergeops/stage/PLAN</c>: the files of the output under their own paths, and in a folder
/// beside them what is known of each part and of the inputs. A commit names its parent, so that of two machines one stops.
/// </summary>
/// <param name="settings">Which Hub, and the user's token if there is one.</param>
/// <param name="destination">The repository.</param>
/// <param name="runner">The identity of the workflow that runs here, or null.</param>
/// <param name="clock">Measures the waits between repetitions.</param>
/// <param name="tell">Hears lines for people.</param>
/// <param name="planDigest">The plan of the merge.</param>
internal sealed class HubBranch(
    HubSettings settings, HubDestination destination, RunnerIdentity? runner, TimeProvider clock, Action<string>? tell, string planDigest) : IPublicationBranch
{
    private const string PartsFolder = "mergeops-stage/parts/";
    private const string RangesFolder = "mergeops-stage/ranges/";
    private const int LargestNote = 10 * 1024 * 1024;
    private const int AtOnce = 8;

    private readonly HubSession session = new(settings, destination.Repository, runner, clock, tell);
    private readonly HubDestination branch = destination with { Branch = $"mergeops/stage/{planDigest}", AsPullRequest = false };
    private readonly List<UploadFile> sent = [];
    private readonly Dictionary<string, int> rangesKept = [];
    private string? head;

    private RepositoryName Repository => destination.Repository;

    /// <inheritdoc/>
    public string Name => $"the branch {branch.Branch} of '{Repository}'";

    /// <inheritdoc/>
    public async Task<BranchContent> OpenAsync(CancellationToken cancellation)
    {
        await session.RenewAsync(cancellation);
        var state = await RepositoryState.ReadAsync(session.Client, branch, cancellation);
        if (state.Info is null)
        {
            await Settings.CreateAsync(cancellation);
            state = await RepositoryState.ReadAsync(session.Client, branch, cancellation);
        }

        if (!state.HasBranch)
        {
            await Settings.BranchAsync(branch.Branch, state.Head, cancellation);
        }

        head = state.Head;
        return state is { HasBranch: true, Tip: { } tip } ? await ReadAsync(tip, cancellation) : BranchContent.None;
    }

    /// <inheritdoc/>
    public async Task AddAsync(string folder, PartManifest part, Action<long> moved, CancellationToken cancellation)
    {
        await session.RenewAsync(cancellation);
        List<UploadFile> files = [.. part.Files.Select(file => new UploadFile(file.Key, file.Value.Size, file.Value.Sha256) { Source = Path.Combine(folder, file.Key) })];
        await new LargeFiles(session.Client, Repository).UploadAsync(files, branch.Branch, moved, cancellation);
        sent.AddRange(files.Select(file => file with { Source = null, IsStored = true }));
        sent.Add(Note($"{PartsFolder}{part.Number}.json", Encoding.UTF8.GetBytes(part.Write())));
    }

    /// <inheritdoc/>
    public async Task CommitAsync(IReadOnlyDictionary<string, RangeDigests> ranges, CancellationToken cancellation)
    {
        var news = ranges.Where(file => file.Value.Count > rangesKept.GetValueOrDefault(file.Key)).ToList();
        ImmutableArray<UploadFile> files = [.. sent, .. news.Select(file => Note(RangesFolder + file.Key, file.Value.ToBytes()))];
        if (files.IsEmpty)
        {
            return;
        }

        var lines = CommitLines.Write($"Stage {sent.Count(file => file.IsStored)} files", head, files.Where(file => !file.IsStored), files.Where(file => file.IsStored), []);
        var change = new RepositoryChange(files, files, [], []);
        head = (await new HubCommits(session, branch).RunAsync(lines, head, change, cancellation)).Commit;
        var listed = await new HubRepositories(session.Client).FilesAsync(Repository, head, cancellation);
        if (change.MissingFrom(listed, cancellation) is { } missing)
        {
            throw new MergeOpsException(
                Codes.ReadBackDiffers, $"{TerminalText.Quoted(missing.Path)} in {Name} is not the file that was sent. Run again; if the problem persists, it is on the Hub's side.");
        }

        sent.Clear();
        news.ForEach(file => rangesKept[file.Key] = file.Value.Count);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(CancellationToken cancellation)
    {
        await session.RenewAsync(cancellation);
        await Settings.RemoveBranchAsync(branch.Branch, cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => session.Dispose();

    private RepositorySettings Settings => new(session.Client, Repository);

    // a part without its files is none, and a note that cannot be read says nothing
    private async Task<BranchContent> ReadAsync(PublishedCommit tip, CancellationToken cancellation)
    {
        var files = await tip.FilesAsync(cancellation);
        var parts = new ConcurrentBag<PartManifest>();
        var ranges = new ConcurrentDictionary<string, RangeDigests>(StringComparer.Ordinal);
        var notes = files.Where(file => file.Path.StartsWith(PartsFolder, StringComparison.Ordinal) || file.Path.StartsWith(RangesFolder, StringComparison.Ordinal));
        await Parallel.ForEachAsync(notes, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (note, token) =>
        {
            var bytes = await tip.ReadWholeAsync(note, LargestNote, token);
            if (note.Path.StartsWith(RangesFolder, StringComparison.Ordinal))
            {
                if (RangeDigests.TryRead(bytes) is { } known)
                {
                    ranges[note.Path[RangesFolder.Length..]] = known;
                }
            }
            else if (PartManifest.Read(bytes, $"{Repository}/{note.Path}") is var part && part.Files.All(file => IsListed(file.Key, file.Value)))
            {
                parts.Add(part);
            }
        });
        foreach (var (digest, known) in ranges)
        {
            rangesKept[digest] = known.Count;
        }

        return new([.. parts.OrderBy(part => part.Number)], ranges.ToImmutableDictionary(StringComparer.Ordinal));

        bool IsListed(string path, PartFile file) =>
            files.Find(path) is { } listed && listed.Size == file.Size && listed.Digest == new BlobDigest(DigestKind.Sha256, file.Sha256);
    }

    private static UploadFile Note(string path, byte[] bytes) => new(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes))) { Bytes = bytes };
}
