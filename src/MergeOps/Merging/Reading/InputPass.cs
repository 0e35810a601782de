using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using MergeOps.Merging.Reading.Files;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading;

/// <summary>
/// Goes through the inputs of jobs on threads of its own, the biggest job first, or in the order of files that do not lie
/// here; the first failure stops all. Needs no output: a merge is one use of it, a measurement of models another.
/// </summary>
/// <param name="context">What the threads share.</param>
/// <param name="jobs">The jobs.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class InputPass(ReadingContext context, IEnumerable<TensorJob> jobs, CancellationToken cancellation)
{
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);

    private readonly ConcurrentQueue<TensorJob> waiting = new(context.Files.AreElsewhere ? OrderedByFiles(jobs) : Ordered(jobs));

    private ExceptionDispatchInfo? failure;
    private int begun;

    /// <summary>Tells the jobs whose inputs will be read from the first byte to the last, so that the disk may fetch them early; null where that is not known.</summary>
    public Func<TensorJob, bool>? ReadsAll { get; init; }

    /// <summary>Jobs in the order in which they are begun where their inputs lie here.</summary>
    public static IOrderedEnumerable<TensorJob> Ordered(IEnumerable<TensorJob> jobs) =>
        jobs.OrderByDescending(job => job.ByteLength).ThenBy(job => job.Name, StringComparer.Ordinal);

    private static IEnumerable<TensorJob> OrderedByFiles(IEnumerable<TensorJob> jobs) => jobs
        .Select(job => (Job: job, First: job.Reads.FirstOrDefault()))
        .OrderBy(job => job.First?.Owner)
        .ThenBy(job => job.First?.Tensor.File, StringComparer.Ordinal)
        .ThenBy(job => job.First?.Tensor.Offset)
        .Select(job => job.Job);

    /// <summary>Runs until every job is done.</summary>
    /// <param name="threads">How many threads at most; each runs torch on one thread.</param>
    /// <param name="begin">Called once in each thread: takes what reads in that thread and what stops it, and gives what is done for a job.</param>
    public void Run(int threads, Func<TileReader, CancellationToken, Action<TensorJob>> begin)
    {
        using var ahead = ReadsAll is null || !ReadAhead.IsKnown ? null : new ReadAhead(context.Files, [.. waiting], ReadsAll, threads);
        var workers = Enumerable.Range(0, Math.Min(threads, waiting.Count))
            .Select(i => new Thread(() => Work(begin, ahead)) { Name = $"merge {i}", IsBackground = true })
            .ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        stop.Dispose();
        failure?.Throw();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Work(Func<TileReader, CancellationToken, Action<TensorJob>> begin, ReadAhead? ahead)
    {
        try
        {
            using var reader = new TileReader(context, stop.Token);
            var work = begin(reader, stop.Token);
            while (waiting.TryDequeue(out var job))
            {
                stop.Token.ThrowIfCancellationRequested();
                ahead?.Begin(Interlocked.Increment(ref begun));
                work(job);
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
}
