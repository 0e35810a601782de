using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Numbers;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads elements of which all are made, in float64, when the first one is asked for: sources of a few rows.</summary>
/// <param name="source">The source.</param>
/// <param name="readers">Make readers of its parts.</param>
internal abstract class MadeElements<T>(T source, ElementReaders readers) : ElementReader<T>(source, readers)
    where T : TensorSource
{
    private double[]? made;

    /// <inheritdoc/>
    public sealed override IEnumerable<StoredRun> RunsOf(long start, long count) => [];

    /// <summary>Makes all of them, row by row.</summary>
    protected abstract double[] Make();

    /// <inheritdoc/>
    protected sealed override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        var piece = (made ??= Make()).AsSpan((int)start, count);
        if (form == ElementForm.Double)
        {
            piece.CopyTo(MemoryMarshal.Cast<byte, double>(target));
        }
        else
        {
            Conversion.ToNearest(piece, MemoryMarshal.Cast<byte, float>(target));
        }
    }
}
