using System.Buffers;

namespace MergeOps.HuggingFace.Ranges;

/// <summary>
/// The blocks of all files that are read by ranges, as many as memory is given for. What is asked for is fetched at once, what is
/// announced when there is room, so that the network is never far ahead of the arithmetic, and takes the place of nothing in the
/// midst of which somebody reads. A block is fetched into memory that an earlier one has left.
/// </summary>
/// <param name="capacity">How many blocks; a few more where all of them are on their way.</param>
/// <param name="cancellation">Ends the wait of whoever reads.</param>
internal sealed class RangeWindow(int capacity, CancellationToken cancellation) : IDisposable
{
    // what is fetched ahead of a reader that goes through a file
    private const int Ahead = 2;

    // for each block that there is room for: in the midst of one that nobody read in for so long, nobody goes on
    private const int ReadsOfOthers = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<(RangedFile File, int Block), Entry> entries = [];
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private long clock;

    /// <summary>A buffer for a block that is to be fetched.</summary>
    public static ArraySegment<byte> Rent(int count) => new(ArrayPool<byte>.Shared.Rent(count), 0, count);

    /// <summary>Takes the buffer of a block that nobody reads any more. One into which somebody may still write is left to the collector.</summary>
    public static void Return(ArraySegment<byte> block) => ArrayPool<byte>.Shared.Return(block.Array ?? []);

    /// <summary>Copies bytes of a block, up to its end; waits for them.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="Diagnostics.MergeOpsException">They cannot be had, or are not those of the file.</exception>
    public int Read(RangedFile file, int block, int offset, Span<byte> buffer)
    {
        var entry = Enter(file, block);
        try
        {
            var bytes = entry.Bytes.GetAwaiter().GetResult().AsSpan(offset);
            bytes = bytes[..Math.Min(bytes.Length, buffer.Length)];
            bytes.CopyTo(buffer);
            entry.Count(bytes.Length);
            return bytes.Length;
        }
        finally
        {
            Leave(entry, (file, block));
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

    /// <summary>A block that came by, and may be read soon; its buffer is the window's from now on.</summary>
    public void Offer(RangedFile file, int block, ArraySegment<byte> bytes)
    {
        lock (gate)
        {
            if (!entries.ContainsKey((file, block)) && HasRoom(isWanted: false))
            {
                entries[(file, block)] = new(Task.FromResult(bytes)) { LastUse = ++clock };
                return;
            }
        }

        Return(bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private Entry Enter(RangedFile file, int block)
    {
        lock (gate)
        {
            var entry = entries.GetValueOrDefault((file, block)) ?? Begin(file, block, isWanted: true)!;
            var isFirst = !entry.IsRead;
            (entry.IsRead, entry.LastUse) = (true, ++clock);
            entry.Readers++;
            for (var next = block + 1; isFirst && next <= Math.Min(block + Ahead, file.Blocks - 1); next++)
            {
                _ = entries.ContainsKey((file, next)) ? null : Begin(file, next, isWanted: false);
            }

            return entry;
        }
    }

    private void Leave(Entry entry, (RangedFile File, int Block) key)
    {
        lock (gate)
        {
            entry.Readers--;
            // what could not be had is asked for again by the next one
            if (!entry.Bytes.IsCompletedSuccessfully && entries.GetValueOrDefault(key) == entry)
            {
                entries.Remove(key);
            }

            ReturnIfFree(entry);
        }
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

        var there = entries.Where(entry => entry.Value.Bytes.IsCompleted && (isWanted || IsDone(entry.Value))).ToList();
        if (there.Count == 0)
        {
            return isWanted;
        }

        // of what nobody has read yet, that which was announced last is needed last
        var (key, dropped) = there.MinBy(entry => IsDone(entry.Value) ? (0, entry.Value.LastUse) : entry.Value.IsRead ? (2, entry.Value.LastUse) : (1, -entry.Value.LastUse));
        entries.Remove(key);
        dropped.IsDropped = true;
        ReturnIfFree(dropped);
        return true;
    }

    private bool IsDone(Entry entry) => entry.IsFinished || (entry.IsRead && clock - entry.LastUse > (long)ReadsOfOthers * capacity);

    private static void ReturnIfFree(Entry entry)
    {
        if (entry is { IsDropped: true, Readers: 0, Bytes.IsCompletedSuccessfully: true })
        {
            Return(entry.Bytes.Result);
        }
    }

    private sealed class Entry(Task<ArraySegment<byte>> bytes)
    {
        private long read;

        public Task<ArraySegment<byte>> Bytes => bytes;

        public bool IsRead { get; set; }

        // one that two readers share, such as of tensors one after the other, is finished when both have read
        public bool IsFinished => bytes.IsCompletedSuccessfully && Interlocked.Read(ref read) >= bytes.Result.Count;

        public bool IsDropped { get; set; }

        public int Readers { get; set; }

        public long LastUse { get; set; }

        public void Count(int count) => Interlocked.Add(ref read, count);
    }
}
