using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MergeOps.Merging.Tiles.Numbers;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Tiles;

/// <summary>One input of a job, read piece by piece in the arithmetic's type.</summary>
internal sealed unsafe class TileInput
{
    private readonly InputFiles files;
    private readonly Workspace workspace;
    private readonly ImmutableArray<Part> parts;

    /// <summary>An input that is read as a tensor of the output's shape.</summary>
    public TileInput(JobInput input, ImmutableArray<long> shape, InputFiles files, Workspace workspace)
    {
        (this.files, this.workspace) = (files, workspace);
        parts = input.Filler is { } filler
            ? [Part.Of(input, [input.Tensor.Shape[0], .. shape[1..]]), Part.Of(filler, shape)]
            : [Part.Of(input, shape)];
    }

    /// <summary>Fills memory with a run of elements.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="target">The address that takes them.</param>
    /// <param name="isDouble">Whether they are wanted as float64, else as float32.</param>
    public void Read(long start, long length, nint target, bool isDouble)
    {
        for (var done = 0L; done < length;)
        {
            var (part, count) = PieceAt(start + done, length - done);
            if (isDouble)
            {
                Read(part, start + done, new Span<double>((double*)target + done, count));
            }
            else
            {
                Read(part, start + done, new Span<float>((float*)target + done, count));
            }

            done += count;
        }
    }

    // within one part, and short enough for the buffers
    private (Part Part, int Count) PieceAt(long start, long most)
    {
        var part = start < parts[0].End ? parts[0] : parts[^1];
        return (part, (int)Math.Min(Workspace.PieceElements, Math.Min(most, part.End - start)));
    }

    private void Read(Part part, long start, Span<float> target)
    {
        if (part.DType == DType.F32)
        {
            ReadBytes(part, start, MemoryMarshal.AsBytes(target));
        }
        else
        {
            Conversion.Widen(ReadStored(part, start, target.Length), part.DType, target);
        }
    }

    private void Read(Part part, long start, Span<double> target)
    {
        if (part.DType == DType.F64)
        {
            ReadBytes(part, start, MemoryMarshal.AsBytes(target));
        }
        else
        {
            var singles = workspace.Singles.AsSpan(0, target.Length);
            Read(part, start, singles);
            Conversion.Widen(singles, target);
        }
    }

    private ReadOnlySpan<byte> ReadStored(Part part, long start, int count)
    {
        var bytes = workspace.Stored.AsSpan(0, count * part.DType.Bits() / 8);
        ReadBytes(part, start, bytes);
        return bytes;
    }

    private void ReadBytes(Part part, long start, Span<byte> bytes)
    {
        foreach (var (offset, count) in part.Runs.Pieces(start, bytes.Length * 8L / part.DType.Bits()))
        {
            files.Read(part.Source.Model, part.Source.Tensor, offset, bytes[..count]);
            bytes = bytes[count..];
        }
    }

    /// <summary>The elements up to <see cref="End"/> that no earlier part gives.</summary>
    private sealed record Part(JobInput Source, StoredRuns Runs, long End)
    {
        public DType DType => Source.Tensor.DType;

        public static Part Of(JobInput source, ImmutableArray<long> shape) => new(
            source, new StoredRuns(source.Tensor, shape), shape.Aggregate(1L, (product, dimension) => product * dimension));
    }
}
