using System.Collections.Immutable;
using System.Diagnostics;
using MergeOps.Analysis;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Sources;
using MergeOps.Tensors;
using Microsoft.Win32.SafeHandles;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Brings what a sample reads of models on the Hub to this machine: files of their full size in a temporary folder, with holes
/// where nothing was asked for. Models that the cache holds are read there.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="plan">What is compared.</param>
/// <param name="sampling">The sample.</param>
/// <param name="observer">Hears of the stage.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class FetchSample(HostEnvironment environment, AnalysisPlan plan, Sampling sampling, IStageObserver observer, CancellationToken cancellation)
{
    private const int AtOnce = 8;
    private const int LargestRequest = 16 << 20;

    /// <summary>The models whose ranges are fetched: indices into the owners of the plan.</summary>
    /// <param name="hub">Names the cache.</param>
    private ImmutableArray<int> Missing(HubConnection hub) =>
    [
        .. from file in plan.Reads.FilesRead
           let owner = plan.Reads.Owners[file.Model]
           where owner.Remote is { } remote && hub.Cache.Find(remote.Name, remote.Metadata.Commit, file.File) is null
           group file by file.Model into missing
           orderby missing.Key
           select missing.Key,
    ];

    /// <summary>Fetches what was not fetched before.</summary>
    /// <param name="files">Takes the files.</param>
    /// <returns>The same comparison over these files, and the sample as it is read.</returns>
    /// <exception cref="MergeOpsException">The Hub, the network or the disk failed, or a header is not the planned one.</exception>
    public async Task<(AnalysisPlan Plan, Sampling Sampling)> RunAsync(SampledFiles files)
    {
        using var hub = new HubConnection(environment, observer.Reported);
        var missing = Missing(hub);
        if (missing.IsEmpty)
        {
            return (plan, sampling);
        }

        var begun = Stopwatch.GetTimestamp();
        var wide = sampling.OverNetwork();
        var owners = plan.Reads.Owners.Select((owner, index) => missing.Contains(index) ? owner with { Checkpoint = owner.Checkpoint with { Folder = files.FolderOf(owner) } } : owner).ToImmutableArray();
        var placed = plan with
        {
            Reads = plan.Reads with { Models = owners[..plan.Reads.Models.Length], Adapters = owners[plan.Reads.Models.Length..] },
        };
        var headers = plan.Reads.FilesRead.Where(file => missing.Contains(file.Model))
            .Select(file => new FileRange(file.Model, file.File, 0, owners[file.Model].Checkpoint.Tensors.Values.Where(tensor => tensor.File == file.File).Min(tensor => tensor.Offset)))
            .Where(range => files.Lack(owners[range.Owner], range))
            .ToList();
        var known = headers.Count == 0 ? Ranges() : null;
        if (known is [])
        {
            return (placed, wide);
        }

        observer.Started(Stage.Fetch);
        await FetchAsync(hub, owners, headers, files);
        var ranges = known ?? Ranges();
        var all = missing.Sum(owner => owners[owner].Remote!.Metadata.Shards.Sum(shard => shard.File.Size));
        var what = $"{ByteText.Of(ranges.Sum(range => range.Length))} of {ByteText.Of(all)} in {Quantity.Of(ranges.Count, "range")} of {Quantity.Of(missing.Length, "model")}";
        observer.Reported($"Reads {what} on the Hub.");
        await FetchAsync(hub, owners, ranges, files);
        observer.Finished(Stage.Fetch, StageEnd.Done, $"{what}, {Quantity.Duration(Stopwatch.GetElapsedTime(begun))}");
        return (placed, wide);

        // needs the headers
        List<FileRange> Ranges() =>
            [.. SampledRanges.Of(placed, wide).Where(range => missing.Contains(range.Owner)).SelectMany(Cut).Where(range => files.Lack(owners[range.Owner], range))];
    }

    private static IEnumerable<FileRange> Cut(FileRange range)
    {
        for (var done = 0L; done < range.Length; done += LargestRequest)
        {
            yield return range with { Start = range.Start + done, Length = Math.Min(LargestRequest, range.Length - done) };
        }
    }

    private async Task FetchAsync(HubConnection hub, ImmutableArray<PlannedModel> owners, List<FileRange> ranges, SampledFiles files)
    {
        var (done, total) = (0L, ranges.Sum(range => range.Length));
        var handles = new Dictionary<(int, string), SafeFileHandle>();
        try
        {
            foreach (var file in ranges.Select(range => (range.Owner, range.File)).Distinct())
            {
                handles[file] = Open(owners[file.Owner], file.File);
            }

            await Parallel.ForEachAsync(ranges, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (range, stop) =>
            {
                var remote = owners[range.Owner].Remote!;
                var bytes = await hub.Repositories.ReadAsync(remote.FileAt(range.File), range.Start, (int)range.Length, stop);
                await RandomAccess.WriteAsync(handles[(range.Owner, range.File)], bytes, range.Start, stop);
                lock (handles)
                {
                    done += bytes.Length;
                    observer.Advanced(Stage.Fetch, remote.Name.ToString(), new Work(done, total, WorkUnit.Bytes));
                }
            });
            ranges.ForEach(range => files.Add(owners[range.Owner], range));
        }
        finally
        {
            foreach (var handle in handles.Values)
            {
                handle.Dispose();
            }
        }
    }

    private static SafeFileHandle Open(PlannedModel owner, string file)
    {
        var path = Path.Combine(owner.Checkpoint.Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        RandomAccess.SetLength(handle, owner.Checkpoint.Files.First(known => known.Path == file).Size);
        return handle;
    }
}
