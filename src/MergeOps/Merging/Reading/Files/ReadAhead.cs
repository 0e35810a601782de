using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Files;

/// <summary>
/// Has the system fetch what is read next while the processors compute: a thread of its own names the bytes of the jobs that
/// follow those under way, and before there are any, a thread that waits names those of the first ones. A hint that only time
/// depends on.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    private const long LeastWindow = 256L << 20;
    private const long MostWindow = 1L << 30;
    private const int ShareOfMemory = 16;
    private const long LeastOfInput = 64L << 20;

    // the system fetches about so much for one hint and forgets the rest
    private const long Piece = 1L << 19;

    private readonly InputFiles files;
    private readonly ImmutableArray<TensorJob> jobs;
    private readonly Func<TensorJob, bool> isRead;
    private readonly int threads;
    private readonly long window;
    private readonly long[] ends;
    private readonly object begun = new();
    private readonly Thread thread;
    private int begunJobs;
    private bool isOver;

    /// <summary>Whether this system takes such hints.</summary>
    public static bool IsKnown => OperatingSystem.IsLinux();

    /// <summary>Begins with the first job.</summary>
    /// <param name="files">The files.</param>
    /// <param name="jobs">The jobs in their order.</param>
    /// <param name="isRead">Tells those whose inputs are read from their first byte to their last.</param>
    /// <param name="threads">How many jobs are under way at once.</param>
    /// <param name="window">How many bytes beyond these are asked for; null for as many as the machine's memory allows.</param>
    public ReadAhead(InputFiles files, ImmutableArray<TensorJob> jobs, Func<TensorJob, bool> isRead, int threads, long? window = null)
    {
        (this.files, this.jobs, this.isRead, this.threads, this.window, begunJobs) = (files, jobs, isRead, threads, window ?? UsualWindow, 1);
        ends = new long[jobs.Length];
        thread = new(Announce) { Name = "read ahead", IsBackground = true };
        thread.Start();
    }

    // enough that a disk is not idle while two large tensors are computed, little enough that nothing is dropped before it is read
    private static long UsualWindow => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory, LeastWindow, MostWindow);

    /// <summary>
    /// Asks for the bytes of the first jobs on the thread that calls, until that one has something else to do: a new thread
    /// would wait in the loader while libtorch's constructors run.
    /// </summary>
    /// <param name="isIdle">Whether the caller has nothing else to do.</param>
    /// <param name="files">The files.</param>
    /// <param name="jobs">The jobs in their order.</param>
    /// <param name="threads">How many jobs will be under way at once.</param>
    public static void AskWhile(Func<bool> isIdle, InputFiles files, IEnumerable<TensorJob> jobs, int threads)
    {
        var (left, mostOfInput) = (UsualWindow, MostOfInput(UsualWindow, threads));
        foreach (var piece in jobs.SelectMany(job => Pieces(job, mostOfInput)).TakeWhile(_ => left > 0 && isIdle()))
        {
            if (!TryAnnounce(files, piece))
            {
                return;
            }

            left -= piece.Length;
        }
    }

    /// <summary>Another job is under way.</summary>
    /// <param name="count">How many were begun so far.</param>
    public void Begin(int count)
    {
        lock (begun)
        {
            begunJobs = Math.Max(begunJobs, count);
            Monitor.Pulse(begun);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (begun)
        {
            isOver = true;
            Monitor.Pulse(begun);
        }

        thread.Join();
    }

    private void Announce()
    {
        var announced = 0L;
        foreach (var (index, job) in jobs.Index())
        {
            foreach (var piece in IsDone(index) || !isRead(job) ? [] : Pieces(job, MostOfInput(window, threads)))
            {
                if (!MayGoOn(index, announced) || !TryAnnounce(files, piece))
                {
                    return;
                }

                announced += piece.Length;
            }

            ends[index] = announced;
        }
    }

    private bool IsDone(int index)
    {
        lock (begun)
        {
            return index + threads < begunJobs;
        }
    }

    // false when all is over
    private bool MayGoOn(int index, long announced)
    {
        lock (begun)
        {
            while (!isOver && index >= begunJobs && announced >= ends[begunJobs - 1] + window)
            {
                Monitor.Wait(begun);
            }

            return !isOver;
        }
    }

    private static bool TryAnnounce(InputFiles files, (Stored Stored, long Offset, long Length) piece)
    {
        try
        {
            files.Announce(piece.Stored.Owner, piece.Stored.Tensor, piece.Offset, piece.Length);
            return true;
        }
        catch (MergeOpsException)
        {
            // whoever reads the file meets the same failure and says so
            return false;
        }
    }

    // the rest of a larger tensor is one long run, which the system reads ahead by itself
    private static long MostOfInput(long window, int threads) => Math.Max(LeastOfInput, window / (2 * threads));

    // from all inputs in turn, as tiles are; nothing of what reads a small part of a large tensor
    private static IEnumerable<(Stored Stored, long Offset, long Length)> Pieces(TensorJob job, long mostOfInput)
    {
        var whole = job.Read.Select(input => input.Source)
            .Where(source => source.Reads.Sum(stored => stored.ElementCount) <= 2 * source.ElementCount)
            .SelectMany(source => source.Reads)
            .Distinct()
            .ToList();
        for (var offset = 0L; offset < mostOfInput && whole.Any(stored => stored.Tensor.ByteLength > offset); offset += Piece)
        {
            foreach (var stored in whole.Where(stored => stored.Tensor.ByteLength > offset))
            {
                yield return (stored, stored.Tensor.Offset + offset, Math.Min(Piece, stored.Tensor.ByteLength - offset));
            }
        }
    }
}
