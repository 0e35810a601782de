using MergeOps.Diagnostics;
using MergeOps.HuggingFace.Ranges;
using MergeOps.Planning;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>The weight files of a plan that lie on the Hub alone, and the memory through which they are read.</summary>
internal sealed class StreamedInputs : IDisposable
{
    // what keeps a line busy whose answers take a while
    private const int Connections = 8;

    private readonly SemaphoreSlim connections = new(Connections);
    private readonly RangeWindow window;
    private readonly KnownRanges known;
    private readonly Dictionary<string, RangedFile> files = new(StringComparer.Ordinal);

    /// <summary>Those that the cache lacks.</summary>
    /// <param name="plan">The plan; its models are locked.</param>
    /// <param name="hub">The Hub and its cache.</param>
    /// <param name="blocks">How many blocks of them memory is given for.</param>
    /// <param name="known">What this machine knows of files' ranges.</param>
    /// <param name="told">What others know, by the files' digests.</param>
    /// <param name="cancellation">Ends the wait of whoever reads.</param>
    public StreamedInputs(MergePlan plan, HubConnection hub, int blocks, KnownRanges known, IReadOnlyDictionary<string, RangeDigests> told, CancellationToken cancellation)
    {
        (window, this.known) = (new(blocks, cancellation), known);
        foreach (var (model, path) in plan.FilesRead)
        {
            if (plan.Owners[model] is { Remote: { } remote } owner && hub.Cache.Find(remote.Name, remote.Metadata.Commit, path) is null)
            {
                var file = remote.FileAt(path);
                var ranges = known.Find(file.Digest) ?? told.GetValueOrDefault(file.Digest.Hex);
                files[Path.Combine(owner.Checkpoint.Folder, path)] = new(window, hub.RangesOf(file, connections), ranges);
                Names.Add((model, path));
            }
        }
    }

    /// <summary>The models and the names of these files.</summary>
    public HashSet<(int Model, string File)> Names { get; } = [];

    /// <summary>The files by the paths that they would have in the cache.</summary>
    public IReadOnlyDictionary<string, IModelContent> Contents => files.ToDictionary(file => file.Key, file => (IModelContent)file.Value, StringComparer.Ordinal);

    /// <summary>Bytes that were fetched.</summary>
    public long BytesFetched => files.Values.Sum(file => file.BytesFetched);

    /// <summary>Whether every range of all of them can be compared.</summary>
    public bool AreProven => files.Values.All(file => file.IsProven);

    /// <summary>Whether one turned out to be another file than was locked, so that what was made of it is worth nothing.</summary>
    public bool AreRefuted => files.Values.Any(file => file.IsRefuted);

    /// <summary>What is known of the ranges of each file that was read, by its digest.</summary>
    public IReadOnlyDictionary<string, RangeDigests> Ranges => files.Values
        .Where(file => !file.IsRefuted)
        .DistinctBy(file => file.Digest)
        .Select(file => (file.Digest.Hex, file.Ranges))
        .Where(file => file.Ranges.Count > 0)
        .ToDictionary(file => file.Hex, file => file.Ranges, StringComparer.Ordinal);

    /// <summary>Reads what decides whether those that something was read of are the locked ones, and remembers it.</summary>
    /// <exception cref="MergeOpsException">One is another file, or cannot be read.</exception>
    public async Task ProveAsync(CancellationToken cancellation)
    {
        foreach (var file in files.Values.Where(file => file.Ranges.Count > 0))
        {
            await file.ProveAsync(cancellation);
        }

        Remember();
    }

    /// <summary>Remembers on this machine what was found of whole files.</summary>
    /// <exception cref="MergeOpsException">The folder cannot be written.</exception>
    public void Remember()
    {
        foreach (var file in files.Values.Where(file => file.IsProven))
        {
            known.Keep(file.Digest, file.Ranges);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        window.Dispose();
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }
}
