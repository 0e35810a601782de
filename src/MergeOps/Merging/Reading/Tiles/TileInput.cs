using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Files;
using MergeOps.Merging.Reading.Memory;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>One input of a job, read piece by piece in the arithmetic's type.</summary>
internal sealed unsafe class TileInput(JobInput input, ImmutableArray<long> shape, InputFiles files, Workspace workspace)
{
    private readonly InputTensor stored = files.Open(input.Model, input.Tensor);
    private readonly StoredRuns runs = new(input.Tensor, shape);
    private readonly DType dtype = input.Tensor.DType;

    /// <summary>Whether only samples are read.</summary>
    public bool IsSampled { get; set; }

    /// <summary>Bytes of the shortest run of the file that holds all that is read.</summary>
    public long Length => runs.Extent.Length;

    /// <summary>Keeps in memory what is read from now on.</summary>
    public void Keep(KeptBytes memory) => stored.Keep(runs.Extent.Offset, memory);

    /// <summary>Ends a pass over all elements.</summary>
    public void Finish() => stored.Finish();

    /// <summary>Fills memory with a run of elements.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="target">The address that takes them.</param>
    /// <param name="isDouble">Whether they are wanted as float64, else as float32.</param>
    public void Read(long start, long length, nint target, bool isDouble)
    {
        for (var done = 0L; done < length; done += Workspace.PieceElements)
        {
            var count = (int)Math.Min(Workspace.PieceElements, length - done);
            if (isDouble)
            {
                Read(start + done, new Span<double>((double*)target + done, count));
            }
            else
            {
                Read(start + done, new Span<float>((float*)target + done, count));
            }
        }
    }

    private void Read(long start, Span<float> target)
    {
        if (dtype == DType.F32)
        {
            ReadBytes(start, MemoryMarshal.AsBytes(target));
        }
        else
        {
            Conversion.Widen(ReadStored(start, target.Length), dtype, target);
        }
    }

    private void Read(long start, Span<double> target)
    {
        if (dtype == DType.F64)
        {
            ReadBytes(start, MemoryMarshal.AsBytes(target));
        }
        else
        {
            var singles = workspace.Singles.AsSpan(0, target.Length);
            Read(start, singles);
            Conversion.Widen(singles, target);
        }
    }

    private ReadOnlySpan<byte> ReadStored(long start, int count)
    {
        var bytes = workspace.Stored.AsSpan(0, count * dtype.Bits() / 8);
        if (runs.Pieces(start, count).First() is var (offset, together) && together == bytes.Length
            && stored.Kept(offset, together) is { IsEmpty: false } kept)
        {
            return kept;
        }

        ReadBytes(start, bytes);
        return bytes;
    }

    private void ReadBytes(long start, Span<byte> bytes)
    {
        foreach (var (offset, count) in runs.Pieces(start, bytes.Length * 8L / dtype.Bits()))
        {
            Fill(offset, bytes[..count]);
            bytes = bytes[count..];
        }
    }

    private void Fill(long offset, Span<byte> bytes)
    {
        if (IsSampled)
        {
            stored.ReadSample(offset, bytes);
        }
        else
        {
            stored.Read(offset, bytes);
        }
    }
}
