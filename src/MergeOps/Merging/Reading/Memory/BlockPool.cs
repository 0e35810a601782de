using System.Runtime.InteropServices;

namespace MergeOps.Merging.Reading.Memory;

/// <summary>Blocks of memory that are used again: fresh ones would have to be zeroed by the system each time. Belongs to a lock of its owner.</summary>
internal sealed unsafe class BlockPool : IDisposable
{
    private readonly Stack<nint> idle = [];
    private long lent;

    /// <summary>Bytes of all blocks, lent and idle.</summary>
    public long Allocated => (lent + idle.Count) * KeptBytes.BlockSize;

    /// <summary>Lends so many blocks; their contents are undefined.</summary>
    public nint[] Take(int count)
    {
        var blocks = new nint[count];
        for (var i = 0; i < count; i++)
        {
            blocks[i] = idle.TryPop(out var block) ? block : (nint)NativeMemory.AlignedAlloc(KeptBytes.BlockSize, KeptBytes.BlockSize);
            lent++;
        }

        return blocks;
    }

    /// <summary>Takes blocks back.</summary>
    public void Return(ReadOnlySpan<nint> blocks)
    {
        foreach (var block in blocks)
        {
            idle.Push(block);
        }

        lent -= blocks.Length;
    }

    /// <summary>Gives idle blocks back to the system until they take no more than so many bytes.</summary>
    public void Trim(long bytes)
    {
        while (idle.Count * (long)KeptBytes.BlockSize > bytes)
        {
            NativeMemory.AlignedFree((void*)idle.Pop());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Trim(0);
}
