using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading;

/// <summary>
/// Keeps the buffers of all workers together below a limit. A quarter of it is for the ordinary tiles that every worker
/// keeps; jobs that want more at once (whole tensors, very long rows) wait for their part of the rest.
/// </summary>
internal sealed class MemoryGate
{
    private readonly object freed = new();
    private readonly long limit;
    private readonly long rest;
    private readonly long share;
    private long available;

    /// <summary>Divides a limit among workers.</summary>
    public MemoryGate(long limit, int workers)
    {
        this.limit = limit;
        rest = available = limit - (limit / 4);
        share = limit / 4 / workers;
    }

    /// <summary>Elements of an ordinary tile: as many as wanted, fewer where the limit or the number of inputs asks for it.</summary>
    public int TileElements(MergePlan plan, int wanted)
    {
        var most = plan.Jobs.Max(TileMemory.BytesPerElement);
        return (int)Math.Clamp(share / most, 1, wanted);
    }

    /// <summary>Refuses a job that could never have its memory.</summary>
    /// <exception cref="MergeOpsException">It needs more than the limit gives.</exception>
    public void Require(TensorJob job, TileLayout layout, int tileElements)
    {
        var need = TileMemory.Need(job, layout, tileElements);
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
        }

        return new Taken(this, need);
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
