using System.Collections.Concurrent;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace.Ranges;

/// <summary>
/// A weight file on the Hub that is read by ranges and lies nowhere here. Where the digests of its ranges are known, each range is
/// compared with its own. Else the file is read from its first byte on, however far somebody wants to read, and hashed on the
/// way: whether it was the file that was locked is known at its end. What was read once is the same each further time.
/// </summary>
internal sealed class RangedFile : IModelContent
{
    // requests of one file under way while it is read in order
    private const int Ahead = 4;

    private readonly RangeWindow window;
    private readonly RangeSource source;
    private readonly SemaphoreSlim order = new(1);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<ArraySegment<byte>>> awaited = new();
    private readonly IncrementalHash whole;
    private readonly byte[] hashes;
    private volatile int known;
    private int hashed;

    /// <summary>A file of a commit.</summary>
    /// <param name="window">Holds what was fetched.</param>
    /// <param name="source">Fetches.</param>
    /// <param name="ranges">What is known of its ranges; null for nothing.</param>
    public RangedFile(RangeWindow window, RangeSource source, RangeDigests? ranges)
    {
        (this.window, this.source) = (window, source);
        Blocks = RangeDigests.CountOf(source.File.Size);
        hashes = new byte[Blocks * RangeDigests.HashSize];
        whole = BlobDigest.Begin(source.File.Digest.Kind, source.File.Size);
        if (ranges is not null && ranges.Count <= Blocks)
        {
            ranges.Hashes.CopyTo(hashes);
            known = ranges.Count;
            IsProven = known == Blocks;
        }
    }

    /// <summary>The digest of the locked file.</summary>
    public BlobDigest Digest => source.File.Digest;

    /// <summary>Whether whoever reads it knows what it must read, so that nothing is compared here.</summary>
    public bool IsComparedByReader { get; init; }

    /// <summary>How many ranges it has.</summary>
    public int Blocks { get; }

    /// <summary>Whether what was read of it, and what will be, is known to be of the locked file.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Whether what was read of it turned out to be of another file: what was made of it is worth nothing.</summary>
    public bool IsRefuted { get; private set; }

    /// <summary>Bytes that were fetched.</summary>
    public long BytesFetched => Interlocked.Read(ref fetched);

    private long fetched;

    /// <summary>The digests of the ranges that were read from the first one on; none where none was.</summary>
    public RangeDigests Ranges => new([.. hashes.AsSpan(0, known * RangeDigests.HashSize)]);

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var (block, within) = Math.DivRem(offset, RangeDigests.BlockSize);
            var read = window.Read(this, (int)block, (int)within, buffer);
            buffer = buffer[read..];
            offset += read;
        }
    }

    /// <inheritdoc/>
    public void Announce(long offset, long length)
    {
        for (var block = offset / RangeDigests.BlockSize; block * RangeDigests.BlockSize < offset + length; block++)
        {
            window.Announce(this, (int)block);
        }
    }

    /// <summary>Fetches a range, and all before it where that has to be, into a buffer of the window's, which asks for no range twice at a time.</summary>
    /// <exception cref="MergeOpsException">It cannot be had, or is not of the file.</exception>
    public async Task<ArraySegment<byte>> LoadAsync(int block, CancellationToken cancellation)
    {
        if (IsComparedByReader)
        {
            return await FetchAsync(block, cancellation);
        }

        if (block < known)
        {
            return await KnownAsync(block, cancellation);
        }

        var passing = awaited.GetOrAdd(block, _ => new());
        await order.WaitAsync(cancellation);
        try
        {
            return passing.Task.IsCompleted ? await passing.Task
                : block < known ? await KnownAsync(block, cancellation)
                : await InOrderAsync(block, cancellation);
        }
        finally
        {
            awaited.TryRemove(block, out _);
            order.Release();
        }
    }

    /// <summary>Reads what nobody has read, where that decides whether it is the locked file.</summary>
    /// <exception cref="MergeOpsException">It cannot be had, or is another file.</exception>
    public async Task ProveAsync(CancellationToken cancellation)
    {
        await order.WaitAsync(cancellation);
        try
        {
            if (!IsProven)
            {
                RangeWindow.Return(await InOrderAsync(Blocks - 1, cancellation));
            }
        }
        finally
        {
            order.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        whole.Dispose();
        order.Dispose();
    }

    private async Task<ArraySegment<byte>> KnownAsync(int block, CancellationToken cancellation)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var bytes = await FetchAsync(block, cancellation);
            if (SHA256.HashData(bytes).AsSpan().SequenceEqual(HashOf(block)))
            {
                return bytes;
            }

            RangeWindow.Return(bytes);
            if (!isFirst)
            {
                IsRefuted = !IsProven;
                throw source.Differs();
            }
        }
    }

    private async Task<ArraySegment<byte>> InOrderAsync(int last, CancellationToken cancellation)
    {
        var coming = new Queue<Task<ArraySegment<byte>>>();
        ArraySegment<byte> bytes = default;
        for (var next = hashed; hashed <= last;)
        {
            while (next <= last && coming.Count < Ahead)
            {
                coming.Enqueue(FetchAsync(next++, cancellation));
            }

            bytes = await coming.Dequeue();
            var block = hashed;
            Take(bytes);
            if (block < last && !(awaited.TryGetValue(block, out var passing) && passing.TrySetResult(bytes)))
            {
                window.Offer(this, block, bytes);
            }
        }

        return bytes;
    }

    private void Take(ArraySegment<byte> bytes)
    {
        var hash = SHA256.HashData(bytes);
        if (hashed < known && !hash.AsSpan().SequenceEqual(HashOf(hashed)))
        {
            Refute();
        }

        whole.AppendData(bytes);
        hash.CopyTo(hashes, hashed * RangeDigests.HashSize);
        hashed++;
        if (hashed == Blocks)
        {
            if (BlobDigest.Finish(source.File.Digest.Kind, whole) != source.File.Digest)
            {
                Refute();
            }

            IsProven = true;
        }

        known = Math.Max(known, hashed);
    }

    private void Refute()
    {
        IsRefuted = true;
        throw source.Differs();
    }

    private Span<byte> HashOf(int block) => hashes.AsSpan(block * RangeDigests.HashSize, RangeDigests.HashSize);

    private async Task<ArraySegment<byte>> FetchAsync(int block, CancellationToken cancellation)
    {
        var offset = (long)block * RangeDigests.BlockSize;
        var bytes = RangeWindow.Rent((int)Math.Min(RangeDigests.BlockSize, source.File.Size - offset));
        await source.FetchAsync(offset, bytes, cancellation);
        Interlocked.Add(ref fetched, bytes.Count);
        return bytes;
    }
}
