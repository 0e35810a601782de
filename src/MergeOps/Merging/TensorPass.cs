using System.Collections.Concurrent;
using System.Collections.Immutable;
using MergeOps.Merging.Reading;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>What a pass over all tensors wrote.</summary>
/// <param name="Digests">Each tensor's content digest by its name.</param>
/// <param name="Resumed">How many were there already.</param>
internal sealed record WrittenTensors(ImmutableSortedDictionary<string, string> Digests, int Resumed);

/// <summary>Makes every tensor of a plan that an interrupted merge has not left intact.</summary>
internal sealed class TensorPass(MergeContext context, ShardWriter shards, Journal journal, CancellationToken cancellation)
{
    private readonly ConcurrentDictionary<string, string> digests = new(StringComparer.Ordinal);
    private int resumed;

    /// <summary>Runs until every tensor is written.</summary>
    public WrittenTensors Run(int threads)
    {
        new InputPass(context.Reading, context.Plan.Jobs, cancellation).Run(threads, (reader, stop) =>
        {
            var worker = new TensorWorker(context, reader, shards, stop);
            return job =>
            {
                digests[job.Name] = Make(worker, job);
                context.Progress.AddTensor();
            };
        });
        context.Progress.Report();
        return new WrittenTensors(digests.ToImmutableSortedDictionary(StringComparer.Ordinal), resumed);
    }

    private string Make(TensorWorker worker, TensorJob job)
    {
        if (journal.Written.TryGetValue(job.Name, out var known) && worker.IsWritten(job, known))
        {
            Interlocked.Increment(ref resumed);
            context.Progress.AddBytes(ProgressMeter.BytesOf(job));
            return known;
        }

        var digest = worker.Make(job);
        journal.Append(job.Name, digest);
        return digest;
    }
}
