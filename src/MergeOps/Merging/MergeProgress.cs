using System.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging;

/// <summary>How far a merge is.</summary>
/// <param name="BytesDone">Bytes of inputs and outputs of the tensors (and parts of tensors) that are done.</param>
/// <param name="BytesTotal">Bytes of all inputs and outputs.</param>
/// <param name="TensorsDone">Tensors whose bytes are written.</param>
/// <param name="TensorsTotal">All output tensors.</param>
internal readonly record struct MergeProgress(long BytesDone, long BytesTotal, int TensorsDone, int TensorsTotal);

/// <summary>Counts what workers do and reports it at most ten times a second.</summary>
internal sealed class ProgressMeter(IProgress<MergeProgress>? progress, IReadOnlyCollection<TensorJob> jobs)
{
    private const long IntervalMilliseconds = 100;

    private readonly long bytesTotal = jobs.Sum(BytesOf);
    private long bytes;
    private int tensors;
    private long nextReport;
    private int isHalfway;

    /// <summary>When half of the bytes were done, by the clock of <see cref="Stopwatch"/>, and what all processors had taken until then; null before that.</summary>
    public (long Time, TimeSpan Processors)? Halfway { get; private set; }

    /// <summary>Bytes that a job reads and writes, each input counted once.</summary>
    public static long BytesOf(TensorJob job) =>
        job.Factor is { } factor ? factor.IsFirst ? 0 : BytesOf(factor.Changed) : BytesOf(job, job.ElementCount);

    /// <summary>Bytes that a job reads and writes for so many of its elements.</summary>
    public static long BytesOf(TensorJob job, long elements) =>
        (elements * job.DType.Bits() / 8) + job.Inputs.Sum(input => input.Source.BytesOf(elements)) + (job.Base?.Source.BytesOf(elements) ?? 0);

    /// <summary>So many bytes more are done.</summary>
    public void AddBytes(long count)
    {
        if (Interlocked.Add(ref bytes, count) >= bytesTotal / 2 && Interlocked.Exchange(ref isHalfway, 1) == 0)
        {
            Halfway = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        }

        var now = Environment.TickCount64;
        var due = Volatile.Read(ref nextReport);
        if (now >= due && Interlocked.CompareExchange(ref nextReport, now + IntervalMilliseconds, due) == due)
        {
            Report();
        }
    }

    /// <summary>A tensor is done.</summary>
    public void AddTensor() => Interlocked.Increment(ref tensors);

    /// <summary>Says how far the merge is now.</summary>
    public void Report() => progress?.Report(new(Volatile.Read(ref bytes), bytesTotal, Volatile.Read(ref tensors), jobs.Count));
}
