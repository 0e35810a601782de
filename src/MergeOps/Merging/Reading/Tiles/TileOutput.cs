using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>Takes the stored bytes of the next elements of an output tensor.</summary>
/// <param name="first">Index of the first element.</param>
/// <param name="bytes">Their bytes; valid during the call.</param>
internal delegate void StoredSink(long first, ReadOnlySpan<byte> bytes);

/// <summary>Rounds the arithmetic's numbers to the output's dtype, piece by piece.</summary>
internal sealed unsafe class TileOutput(DType dtype, PieceBuffers buffers)
{
    /// <summary>Hands on a run of elements.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="length">The number of elements.</param>
    /// <param name="source">The address that holds them.</param>
    /// <param name="isDouble">Whether they are float64, else float32.</param>
    /// <param name="sink">Takes the bytes.</param>
    public void Write(long start, long length, nint source, bool isDouble, StoredSink sink)
    {
        for (var done = 0L; done < length; done += PieceBuffers.Elements)
        {
            var count = (int)Math.Min(PieceBuffers.Elements, length - done);
            sink(start + done, isDouble
                ? Round(new ReadOnlySpan<double>((double*)source + done, count))
                : Round(new ReadOnlySpan<float>((float*)source + done, count)));
        }
    }

    private ReadOnlySpan<byte> Round(ReadOnlySpan<float> values)
    {
        if (dtype == DType.F32)
        {
            return MemoryMarshal.AsBytes(values);
        }

        var bytes = buffers.Stored.AsSpan(0, values.Length * dtype.Bits() / 8);
        if (dtype == DType.F64)
        {
            Conversion.Widen(values, MemoryMarshal.Cast<byte, double>(bytes));
        }
        else
        {
            Conversion.Narrow(values, dtype, bytes);
        }

        return bytes;
    }

    private ReadOnlySpan<byte> Round(ReadOnlySpan<double> values)
    {
        if (dtype == DType.F64)
        {
            return MemoryMarshal.AsBytes(values);
        }

        var singles = buffers.Singles.AsSpan(0, values.Length);
        if (dtype == DType.F32)
        {
            Conversion.ToNearest(values, singles);
        }
        else
        {
            Conversion.ToOdd(values, singles);
        }

        return Round(singles);
    }
}
