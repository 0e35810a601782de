using MergeOps.Merging.Reading.Elements;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>One input of a job, read into tiles.</summary>
internal sealed unsafe class TileInput(ElementReader elements)
{
    /// <summary>Whether only samples are read.</summary>
    public bool IsSampled
    {
        set => elements.IsSampled = value;
    }

    /// <summary>The shortest runs of files that hold all that is read of so many elements; whoever keeps them keeps each for its reader.</summary>
    public IEnumerable<StoredRun> Runs(long elementCount) => elements.RunsOf(0, elementCount);

    /// <summary>Ends a pass over all elements.</summary>
    public void Finish() => elements.Finish();

    /// <summary>Fills memory with a run of elements.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="target">The address that takes them.</param>
    /// <param name="isDouble">Whether they are wanted as float64, else as float32.</param>
    public void Read(long start, long length, nint target, bool isDouble)
    {
        // a tile may have more bytes than a span can name
        var (form, size) = isDouble ? (ElementForm.Double, sizeof(double)) : (ElementForm.Single, sizeof(float));
        for (var done = 0L; done < length; done += PieceBuffers.Elements)
        {
            var count = (int)Math.Min(PieceBuffers.Elements, length - done);
            elements.Read(start + done, count, new Span<byte>((byte*)target + (done * size), count * size), form);
        }
    }
}
