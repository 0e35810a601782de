using System.Collections.Immutable;
using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading.Memory;

/// <summary>
/// Keeps the buffers of all workers together below a limit. A quarter of it is for the ordinary tiles that every worker
/// keeps; jobs that want more at once (whole tensors, very long rows) wait for their part of the rest. What is left of it
/// keeps the stored bytes of inputs that a method looks at before it merges them, so that they are read once.
/// </summary>
internal sealed class MemoryGate : IDisposable
{
    private const long AlwaysKept = 1L << 26;
    private const int Reuse = 16;

    private readonly object freed = new();
    private readonly long limit;
    private readonly long rest;
    private readonly long share;
    private readonly BlockPool pool = new();
    private readonly long mostKept;
    private long available;
    private long kept;

    /// <summary>Divides a limit among workers.</summary>
    /// <param name="limit">Bytes of all buffers together.</param>
    /// <param name="workers">How many threads there are.</param>
    /// <param name="toDo">
    /// Bytes that the jobs read and write. The system zeroes memory that is new, so inputs are kept in no more of it than is
    /// used again and again.
    /// </param>
    public MemoryGate(long limit, int workers, long toDo = long.MaxValue)
    {
        this.limit = limit;
        mostKept = Math.Max(AlwaysKept, toDo / Reuse);
        rest = available = limit - (limit / 4);
        share = limit / 4 / workers;
    }

    /// <summary>Bytes of the blocks that hold kept bytes now, or wait to hold others.</summary>
    public long BytesOfBlocks
    {
        get
        {
            lock (freed)
            {
                return pool.Allocated;
            }
        }
    }

    /// <summary>Elements of an ordinary tile: as many as wanted, fewer where the limit or the number of inputs asks for it.</summary>
    public int TileElements(MergePlan plan, int wanted)
    {
        var most = plan.Jobs.Max(TileMemory.BytesPerElement);
        return (int)Math.Clamp(share / most, 1, wanted);
    }

    /// <summary>Refuses a job that could never have its memory.</summary>
    /// <exception cref="MergeOpsException">It needs more than the limit gives.</exception>
    /// <param name="job">The job.</param>
    /// <param name="layout">The pieces in which its tensors come.</param>
    /// <param name="tileElements">Elements of an ordinary tile.</param>
    /// <param name="more">Bytes that whoever looks at them needs beside.</param>
    public void Require(TensorJob job, TileLayout layout, int tileElements, long more = 0)
    {
        var need = TileMemory.Need(job, layout, tileElements) + more;
        if (need > Math.Max(rest, share))
        {
            throw new MergeOpsException(
                Codes.MemoryTooSmall,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Tensor {TerminalText.Quoted(job.Name)} needs {need:N0} bytes at once for {job.MethodName}; {rest:N0} of --max-memory ({limit:N0} bytes) are for such tensors. Give at least {(need * 4 / 3) + 4:N0}."));
        }
    }

    /// <summary>Takes a job's memory, waiting until others give theirs back; ordinary tiles never wait.</summary>
    public Taken Enter(long need, CancellationToken cancellation)
    {
        if (need <= share)
        {
            return new Taken(this, 0);
        }

        lock (freed)
        {
            while (available < need)
            {
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(freed, TimeSpan.FromMilliseconds(100));
            }

            available -= need;
            pool.Trim(available);
        }

        return new Taken(this, need);
    }

    /// <summary>Takes memory for the stored bytes of a job's inputs, if there is enough at this moment.</summary>
    /// <param name="lengths">The bytes of each input.</param>
    /// <returns>Null when there is not enough: the inputs are read anew for each pass then.</returns>
    public KeptMemory? TryKeep(IReadOnlyList<long> lengths)
    {
        var need = lengths.Sum(length => (long)KeptBytes.BlocksFor(length)) * KeptBytes.BlockSize;
        lock (freed)
        {
            if (need > Math.Min(available, mostKept - kept))
            {
                return null;
            }

            available -= need;
            kept += need;
            var blocks = pool.Take((int)(need / KeptBytes.BlockSize));
            return new KeptMemory(Cut(blocks, lengths), () => Leave(blocks, need));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (freed)
        {
            pool.Dispose();
        }
    }

    private static ImmutableArray<KeptBytes> Cut(ReadOnlyMemory<nint> blocks, IReadOnlyList<long> lengths)
    {
        var inputs = ImmutableArray.CreateBuilder<KeptBytes>(lengths.Count);
        foreach (var length in lengths)
        {
            var count = KeptBytes.BlocksFor(length);
            inputs.Add(new KeptBytes(blocks[..count], length));
            blocks = blocks[count..];
        }

        return inputs.MoveToImmutable();
    }

    private void Leave(nint[] blocks, long bytes)
    {
        lock (freed)
        {
            pool.Return(blocks);
            kept -= bytes;
        }

        Leave(bytes);
    }

    private void Leave(long bytes)
    {
        lock (freed)
        {
            available += bytes;
            Monitor.PulseAll(freed);
        }
    }

    /// <summary>Memory that a job holds until it is disposed.</summary>
    public readonly struct Taken(MemoryGate gate, long bytes) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => gate.Leave(bytes);
    }
}
