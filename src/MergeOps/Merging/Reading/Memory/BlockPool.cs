using System.Runtime.InteropServices;

namespace MergeOps.Merging.Reading.Memory;

/// <summary>Blocks of memory that are used again: fresh ones would have to be zeroed by the system each time. Belongs to a lock of its owner.</summary>
internal sealed unsafe partial class BlockPool : IDisposable
{
    private const int HugePage = 14;

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
            blocks[i] = idle.TryPop(out var block) ? block : Allocate();
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

    private static nint Allocate()
    {
        var block = (nint)NativeMemory.AlignedAlloc(KeptBytes.BlockSize, KeptBytes.BlockSize);
        if (OperatingSystem.IsLinux())
        {
            // one page of this size costs a hundredth of five hundred small ones; where the system has none, it stays as it is
            _ = Advise(block, KeptBytes.BlockSize, HugePage);
        }

        return block;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);
}
