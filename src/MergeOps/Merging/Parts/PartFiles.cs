using System.Collections.Concurrent;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>
/// Brings the files of parts into one folder: as second names where the disk can, else as copies. What was brought is read and
/// compared, so that what is joined is what was checked.
/// </summary>
/// <param name="parts">The parts.</param>
/// <param name="folder">The folder, which belongs to this run alone.</param>
/// <param name="progress">Hears of bytes and tensors.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PartFiles(PartSet parts, string folder, ProgressMeter progress, CancellationToken cancellation)
{
    private readonly ConcurrentDictionary<string, string> digests = new(StringComparer.Ordinal);

    /// <summary>Brings and compares all of them.</summary>
    /// <param name="threads">How many files at once.</param>
    /// <returns>The content digest of each tensor by its name.</returns>
    /// <exception cref="MergeOpsException">A file is missing or is not the one that its part's manifest names, or the disk is too small.</exception>
    public ImmutableSortedDictionary<string, string> Take(int threads)
    {
        var shards = parts.Layout.Shards.ToDictionary(shard => shard.Name, StringComparer.Ordinal);
        List<(Part Part, OutputShard Shard)> files = [.. parts.Parts.SelectMany(part => part.Manifest.Files.Keys.Select(file => (part, shards[file])))];
        List<(Part Part, OutputShard Shard)> copied = [];
        foreach (var (part, shard) in files)
        {
            var (source, target) = (Place(part.Folder, shard), Place(folder, shard));
            Require(part, shard, File.Exists(source) && PlainFile.Objection(source) is null, "is missing");
            DurableFolder.Create(Path.GetDirectoryName(target)!);
            if (!DurableFile.TryLink(source, target))
            {
                copied.Add((part, shard));
            }
        }

        DiskSpace.Require(folder, copied.Sum(file => file.Shard.Length));
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        ForEach(copied, options, file => DurableFile.Copy(Place(file.Part.Folder, file.Shard), Place(folder, file.Shard)));
        ForEach(files, options, file => Compare(file.Part, file.Shard));
        foreach (var subfolder in files.Select(file => ComponentName.FolderOf(file.Shard.Name)).Distinct(StringComparer.Ordinal))
        {
            DurableFolder.Flush(Path.Combine(folder, subfolder));
        }

        progress.Report();
        return digests.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private void Compare(Part part, OutputShard shard)
    {
        var written = part.Manifest.Files[shard.Name];
        var found = DigestedFile.Read(Place(folder, shard), shard, cancellation);
        Require(part, shard, found is not null, "is not a file of this merge: its header or its length differs");
        Require(part, shard, found!.Sha256 == written.Sha256, $"has SHA-256 {found.Sha256}; when it was made it was {written.Sha256}");
        foreach (var (tensor, digest) in found.Tensors)
        {
            digests[tensor] = digest;
            progress.AddTensor();
        }

        progress.AddBytes(shard.Length);
    }

    private static void Require(Part part, OutputShard shard, bool isSo, string what)
    {
        if (!isSo)
        {
            throw new MergeOpsException(
                Codes.PartDamaged,
                $"Part {part.Manifest.Partition}: {TerminalText.Quoted(shard.Name)} {what}. Copy the part again, or let `mergeops merge --partition {part.Manifest.Partition}` make it again.",
                SourceSpan.File(part.Folder));
        }
    }

    private static string Place(string folder, OutputShard shard) => Path.Combine(folder, shard.Name);

    // the first failure is the one to tell
    private static void ForEach<T>(IEnumerable<T> items, ParallelOptions options, Action<T> action)
    {
        try
        {
            Parallel.ForEach(items, options, action);
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<MergeOpsException>().FirstOrDefault() is { } first)
        {
            throw first;
        }
        catch (AggregateException failures) when (failures.InnerExceptions.OfType<OperationCanceledException>().FirstOrDefault() is { } cancelled)
        {
            throw cancelled;
        }
    }
}
