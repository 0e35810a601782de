namespace MergeOps.HuggingFace.Ranges;

/// <summary>
/// The blocks of all files that are read by ranges, as many as memory is given for. What is asked for is fetched at once, what is
/// announced when there is room, so that the network is never far ahead of the arithmetic.
/// </summary>
/// <param name="capacity">How many blocks; a few more where all of them are on their way.</param>
/// <param name="cancellation">Ends the wait of whoever reads.</param>
internal sealed class RangeWindow(int capacity, CancellationToken cancellation) : IDisposable
{
    // what is fetched ahead of a reader that goes through a file
    private const int Ahead = 2;

    private readonly Lock gate = new();
    private readonly Dictionary<(RangedFile File, int Block), Entry> entries = [];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private long clock;

    /// <summary>The bytes of a block; waits for them.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">They cannot be had, or are not those of the file.</exception>
    public byte[] Get(RangedFile file, int block)
    {
        Entry entry;
        lock (gate)
        {
            entry = entries.GetValueOrDefault((file, block)) ?? Begin(file, block, isWanted: true)!;
            var isFirst = !entry.IsRead;
            (entry.IsRead, entry.LastUse) = (true, ++clock);
            for (var next = block + 1; isFirst && next <= Math.Min(block + Ahead, file.Blocks - 1); next++)
            {
                _ = entries.ContainsKey((file, next)) ? null : Begin(file, next, isWanted: false);
            }
        }

        try
        {
            return entry.Bytes.GetAwaiter().GetResult();
        }
        catch
        {
            lock (gate)
            {
                entries.Remove((file, block));
            }

            throw;
        }
    }

    /// <summary>A block will be read soon.</summary>
    public void Announce(RangedFile file, int block)
    {
        lock (gate)
        {
            _ = entries.ContainsKey((file, block)) ? null : Begin(file, block, isWanted: false);
        }
    }

    /// <summary>A block that came by, and may be read soon.</summary>
    public void Offer(RangedFile file, int block, byte[] bytes)
    {
        lock (gate)
        {
            if (!entries.ContainsKey((file, block)) && HasRoom(isWanted: false))
            {
                entries[(file, block)] = new(Task.FromResult(bytes)) { LastUse = ++clock };
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private Entry? Begin(RangedFile file, int block, bool isWanted)
    {
        if (!HasRoom(isWanted))
        {
            return null;
        }

        var token = stop.Token;
        return entries[(file, block)] = new(Task.Run(() => file.LoadAsync(block, token), token)) { LastUse = ++clock };
    }

    private bool HasRoom(bool isWanted)
    {
        if (entries.Count < capacity)
        {
            return true;
        }

        var there = entries.Where(entry => entry.Value.Bytes.IsCompleted && (isWanted || entry.Value.IsRead)).ToList();
        if (there.Count == 0)
        {
            return isWanted;
        }

        entries.Remove(there.MinBy(entry => (entry.Value.IsRead ? 0 : 1, entry.Value.LastUse)).Key);
        return true;
    }

    private sealed record Entry(Task<byte[]> Bytes)
    {
        public bool IsRead { get; set; }

        public long LastUse { get; set; }
    }
}
