using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using MergeOps.Merging.Writing;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>What a pass over all tensors wrote.</summary>
/// <param name="Digests">Each tensor's content digest by its name.</param>
/// <param name="Resumed">How many were there already.</param>
internal sealed record WrittenTensors(ImmutableSortedDictionary<string, string> Digests, int Resumed);

/// <summary>Makes every tensor of a plan on worker threads of its own, the biggest first; the first failure stops all.</summary>
internal sealed class TensorPass(MergeContext context, ShardWriter shards, Journal journal, CancellationToken cancellation)
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    private readonly ConcurrentQueue<TensorJob> waiting = new(
        context.Plan.Jobs.OrderByDescending(job => job.ByteLength).ThenBy(job => job.Name, StringComparer.Ordinal));

    private readonly ConcurrentDictionary<string, string> digests = new(StringComparer.Ordinal);
    private ExceptionDispatchInfo? failure;
    private int resumed;

    /// <summary>Runs until every tensor is written.</summary>
    public WrittenTensors Run(int threads)
    {
        var workers = Enumerable.Range(0, Math.Min(threads, waiting.Count))
            .Select(i => new Thread(Work) { Name = $"merge {i}", IsBackground = true })
            .ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        stop.Dispose();
        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
        context.Progress.Report();
        return new WrittenTensors(digests.ToImmutableSortedDictionary(StringComparer.Ordinal), resumed);
    }

    private void Work()
    {
        try
        {
            using var worker = new TensorWorker(context, shards, stop.Token);
            while (waiting.TryDequeue(out var job))
            {
                stop.Token.ThrowIfCancellationRequested();
                digests[job.Name] = Make(worker, job);
                context.Progress.AddTensor();
            }
        }
#pragma warning disable CA1031 // whatever it is, the thread that waits for the workers throws it
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            stop.Cancel();
        }
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
