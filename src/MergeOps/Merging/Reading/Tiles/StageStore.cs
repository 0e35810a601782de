using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>What is kept of a result: bytes in lent memory or in a file, appended in ascending order, read in any.</summary>
internal sealed class StageStore
{
    private readonly KeptBytes? memory;
    private readonly ScratchFile? file;
    private readonly long start;
    private byte[] read = [];

    /// <summary>Keeps a run in memory.</summary>
    /// <param name="memory">Memory of the run's length.</param>
    /// <param name="start">The run's first byte in the result.</param>
    public StageStore(KeptBytes memory, long start) => (this.memory, this.start, Filled, End) = (memory, start, start, start + memory.Length);

    /// <summary>Keeps the whole result in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">The bytes of the result.</param>
    public StageStore(ScratchFile file, long length) => (this.file, End) = (file, length);

    /// <summary>The byte of the result up to which it is filled.</summary>
    public long Filled { get; private set; }

    /// <summary>The byte of the result behind the last one that is kept.</summary>
    public long End { get; }

    /// <summary>Takes bytes; their place is where the last ones ended.</summary>
    public void Append(long place, ReadOnlySpan<byte> bytes)
    {
        file?.Write(place, bytes);
        for (var done = 0; memory is not null && done < bytes.Length;)
        {
            var run = memory.Run(place - start + done, bytes.Length - done);
            bytes.Slice(done, run.Length).CopyTo(run);
            done += run.Length;
        }

        Filled = place + bytes.Length;
    }

    /// <summary>Gives a run of bytes that is filled.</summary>
    public void Read(long place, long length, ByteSink sink)
    {
        if (file is not null)
        {
            read = read.Length < length ? GC.AllocateUninitializedArray<byte>((int)length) : read;
            file.Read(place, read.AsSpan(0, (int)length));
            sink(place, read.AsSpan(0, (int)length));
            return;
        }

        for (var done = 0L; done < length;)
        {
            var run = memory!.Run(place - start + done, length - done);
            sink(place + done, run);
            done += run.Length;
        }
    }
}
