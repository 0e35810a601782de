using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Parts;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// What the published version has of a merge that is streamed: files with the bytes that would be made, since all of their
/// tensors are made by the same jobs, and single tensors of other files, which are read by ranges.
/// </summary>
/// <param name="environment">Who asks.</param>
/// <param name="target">Where the version is.</param>
/// <param name="plan">The plan; its inputs are locked.</param>
/// <param name="observer">Hears lines for people.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PublishedParts(HostEnvironment environment, PublishTarget target, MergePlan plan, IStageObserver observer, CancellationToken cancellation) : IDisposable
{
    private const int UsualHeader = 1 << 16;

    private IPublishedWeights? weights;

    /// <summary>The version, for tensors of files that are not published as a whole; null where nothing is of use.</summary>
    public EarlierOutput? Rest { get; private set; }

    /// <summary>The parts whose files are published; none where nothing is, or it was made on other machines.</summary>
    /// <param name="shares">The parts that are to be made, one file each.</param>
    /// <param name="numericClass">Machines of one class give the same bytes.</param>
    /// <param name="shardSize">The most bytes of tensors in one file.</param>
    /// <exception cref="MergeOpsException">The place cannot be read.</exception>
    public async Task<ImmutableArray<PartManifest>> FindAsync(ImmutableArray<PlanShare> shares, string numericClass, long shardSize)
    {
        if (shares.IsEmpty || plan.Lora is not null
            || await target.Open(environment, observer.Reported).CurrentAsync(cancellation) is not { WeightsAsync: { } open } current
            || current.Content.Manifest is not { } manifest
            || manifest.NumericClass != numericClass)
        {
            return [];
        }

        var jobs = plan.JobDigests;
        var wanted = shares.SelectMany(share => share.Plan.Jobs).Select(job => job.Digest).ToHashSet(StringComparer.Ordinal);
        if (!manifest.Tensors.Values.Any(tensor => wanted.Contains(tensor.JobDigest)))
        {
            return [];
        }

        weights = await open(cancellation);
        var headers = await HeadersAsync(current.Files);
        var found = ImmutableArray.CreateBuilder<PartManifest>();
        foreach (var share in shares)
        {
            var shard = share.Layout.Shards.Single();
            if (headers.TryGetValue(shard.Name, out var header)
                && current.Files.Files[shard.Name] is var file
                && file.Size == shard.Length
                && header.AsSpan().SequenceEqual(shard.Header.AsSpan())
                && shard.Tensors.All(tensor => manifest.Tensors.GetValueOrDefault(tensor.Name)?.JobDigest == jobs[tensor.Name]))
            {
                var tensors = shard.Tensors.ToImmutableSortedDictionary(tensor => tensor.Name, tensor => manifest.Tensors[tensor.Name].ContentDigest, StringComparer.Ordinal);
                found.Add(new(plan.Name, plan.Digest, share.Partition.Number, share.Partition.Count, shardSize, numericClass, ImmutableSortedDictionary.CreateRange(
                    StringComparer.Ordinal, [KeyValuePair.Create(shard.Name, new PartFile(file.Size, file.Sha256, tensors))])));
            }
        }

        Rest = EarlierOutput.At(current.Files.Name, manifest, TensorsOf(headers, current.Files), tensor => weights.Open(tensor.File));
        return found.ToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose() => weights?.Dispose();

    // files of modules have tensors by other names than their paths say
    private async Task<Dictionary<string, byte[]>> HeadersAsync(PublicationManifest published)
    {
        var headers = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (path, file) in published.Files.Where(file => CheckpointLayout.IsWeights(file.Key) && ComponentName.FolderOf(file.Key) == ComponentName.Own))
        {
            var start = await weights!.ReadAsync(path, 0, (int)Math.Min(UsualHeader, file.Size));
            var length = SafetensorsHeaderReader.PrefixAndHeaderLength(start.AsSpan(0, Math.Min(start.Length, SafetensorsHeaderReader.PrefixLength)), file.Size, path);
            headers[path] = length <= start.Length ? start[..length] : [.. start, .. await weights.ReadAsync(path, start.Length, length - start.Length)];
        }

        return headers;
    }

    private static Dictionary<string, TensorInfo> TensorsOf(Dictionary<string, byte[]> headers, PublicationManifest published) => headers
        .SelectMany(header => SafetensorsHeaderReader.Parse(header.Value, published.Files[header.Key].Size, header.Key, header.Key).Tensors)
        .DistinctBy(tensor => tensor.Name)
        .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
}
