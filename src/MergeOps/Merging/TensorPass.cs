using System.Collections.Concurrent;
using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>What a pass over all tensors wrote.</summary>
/// <param name="Digests">Each tensor's content digest by its name.</param>
/// <param name="Resumed">How many were there already.</param>
internal sealed record WrittenTensors(ImmutableSortedDictionary<string, string> Digests, int Resumed)
{
    /// <summary>How many were copied from an earlier output.</summary>
    public int Copied { get; init; }

    /// <summary>Their bytes.</summary>
    public long BytesCopied { get; init; }

    /// <summary>What an adapter holds and what is lost; null where the output is a model.</summary>
    public ManifestAdapter? Adapter { get; init; }
}

/// <summary>Makes every tensor of a plan that an interrupted merge has not left intact.</summary>
internal sealed class TensorPass(MergeContext context, ShardWriter shards, Journal journal, ImmutableArray<EarlierOutput> earlier, CancellationToken cancellation)
{
    private readonly ConcurrentDictionary<string, string> digests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ManifestChange> changes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, double> measured = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorJob> firstFactors = context.Plan.Jobs.Where(job => job.Factor is { IsFirst: true }).ToDictionary(job => job.Name, StringComparer.Ordinal);
    private int resumed;
    private int copied;
    private long bytesCopied;

    /// <summary>Runs until every tensor is written.</summary>
    public WrittenTensors Run(int threads)
    {
        var jobs = context.Plan.Jobs.Where(job => job.Factor is not { IsFirst: true });
        new InputPass(context.Reading, jobs, cancellation) { ReadsAll = job => !journal.Written.ContainsKey(job.Name) && !earlier.Any(output => output.Has(job)) }.Run(threads, (reader, stop) =>
        {
            var worker = new TensorWorker(context, reader, stop);
            var factors = new FactorWorker(context, reader, shards, stop);
            return job =>
            {
                if (job.Factor is { } factor)
                {
                    Make(worker, factors, firstFactors[factor.Other], job);
                    context.Progress.AddTensor();
                }
                else
                {
                    digests[job.Name] = Make(worker, job);
                }

                context.Progress.AddTensor();
            };
        });
        new InputPass(context.Reading, context.Plan.Lora?.Measured ?? [], cancellation).Run(threads, (reader, stop) =>
        {
            var factors = new FactorWorker(context, reader, shards, stop);
            return job => measured[job.Name] = factors.Measure(job);
        });
        context.Progress.Report();
        return new WrittenTensors(digests.ToImmutableSortedDictionary(StringComparer.Ordinal), resumed)
        {
            Copied = copied,
            BytesCopied = bytesCopied,
            Adapter = context.Plan.Lora is { } lora
                ? ManifestAdapter.Of(lora, changes.ToImmutableSortedDictionary(StringComparer.Ordinal), measured.ToImmutableSortedDictionary(StringComparer.Ordinal))
                : null,
        };
    }

    private void Make(TensorWorker worker, FactorWorker factors, TensorJob first, TensorJob second)
    {
        if (journal.Written.TryGetValue(first.Name, out var knownFirst) && journal.Written.TryGetValue(second.Name, out var known)
            && ManifestChange.Parse(known.Remark) is { } change
            && IsWritten(worker, first, knownFirst.ContentDigest) && IsWritten(worker, second, known.ContentDigest))
        {
            Interlocked.Add(ref resumed, 2);
            context.Progress.AddBytes(ProgressMeter.BytesOf(second.Factor!.Changed));
            (digests[first.Name], digests[second.Name], changes[second.Factor.Module]) = (knownFirst.ContentDigest, known.ContentDigest, change);
            return;
        }

        var written = factors.Make(first, second);
        journal.Append(first.Name, new(written.First));
        journal.Append(second.Name, new(written.Second, written.Change.Text));
        (digests[first.Name], digests[second.Name], changes[second.Factor!.Module]) = (written.First, written.Second, written.Change);
    }

    // a copy that is not what the earlier merge wrote is made anew, where what it is made of is here
    private string? Copied(TensorWorker worker, TensorJob job)
    {
        if (earlier.FirstOrDefault(output => output.Has(job)) is not { } source)
        {
            return null;
        }

        if (source.TryCopy(job, new TensorOutput(job, shards, []), worker.Buffer, cancellation) is not { } digest)
        {
            return !context.Plan.Reused.Contains(job.Name) ? null : throw new MergeOpsException(
                Codes.EarlierOutputDamaged,
                $"Tensor {TerminalText.Quoted(job.Name)} differs from what its merge wrote, or cannot be read.",
                SourceSpan.File(source.Folder));
        }

        Interlocked.Increment(ref copied);
        Interlocked.Add(ref bytesCopied, job.ByteLength);
        context.Progress.AddBytes(ProgressMeter.BytesOf(job));
        return digest;
    }

    private bool IsWritten(TensorWorker worker, TensorJob job, string contentDigest) =>
        TensorOutput.Reread(job, shards, worker.Buffer, cancellation) == contentDigest;

    private string Make(TensorWorker worker, TensorJob job)
    {
        if (journal.Written.TryGetValue(job.Name, out var known) && IsWritten(worker, job, known.ContentDigest))
        {
            Interlocked.Increment(ref resumed);
            context.Progress.AddBytes(ProgressMeter.BytesOf(job));
            return known.ContentDigest;
        }

        var digest = Copied(worker, job) ?? worker.Make(job, new TensorOutput(job, shards, job is { Kind: JobKind.Copy, Tail: null } ? [] : worker.Buffer));
        journal.Append(job.Name, new(digest));
        return digest;
    }
}
