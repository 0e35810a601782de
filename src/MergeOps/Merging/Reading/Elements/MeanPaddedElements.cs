using System.Runtime.InteropServices;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads a source, and behind it the mean of its rows, for which all of them are read once more.</summary>
internal sealed class MeanPaddedElements : ElementReader<MeanPadded>
{
    private readonly ElementReaders readers;
    private readonly long own;
    private readonly int width;
    private double[]? mean;

    public MeanPaddedElements(MeanPadded source, ElementReaders readers)
        : base(source, readers)
    {
        this.readers = readers;
        own = source.Source.ElementCount;
        width = checked((int)TensorSource.CountOf(source.Shape.Skip(1)));
    }

    /// <inheritdoc/>
    public override IEnumerable<StoredRun> RunsOf(long start, long count) =>
        start >= own ? [] : Parts[0].RunsOf(start, Math.Min(count, own - start));

    /// <inheritdoc/>
    protected override void ReadPiece(long start, int count, Span<byte> target, ElementForm form)
    {
        var stored = (int)Math.Clamp(own - start, 0, count);
        if (stored > 0)
        {
            Parts[0].Read(start, stored, target, form);
        }

        mean ??= stored < count ? MeanOf() : null;
        for (var i = stored; i < count; i++)
        {
            var number = mean![(start + i) % width];
            if (form == ElementForm.Double)
            {
                MemoryMarshal.Cast<byte, double>(target)[i] = number;
            }
            else
            {
                MemoryMarshal.Cast<byte, float>(target)[i] = (float)number;
            }
        }
    }

    // a reader of its own: the other one may be in the middle of a block
    private double[] MeanOf()
    {
        var reader = readers.Open(Source.Source);
        var sums = new double[width];
        var rows = own / Math.Max(1, width);
        var piece = new double[Math.Max(width, PieceBuffers.Elements / Math.Max(1, width) * width)];
        for (var done = 0L; done < own; done += piece.Length)
        {
            var numbers = piece.AsSpan(0, (int)Math.Min(piece.Length, own - done));
            reader.Read(done, numbers.Length, MemoryMarshal.AsBytes(numbers), ElementForm.Double);
            for (var i = 0; i < numbers.Length; i++)
            {
                sums[i % width] += numbers[i];
            }
        }

        reader.Finish();
        for (var i = 0; i < width; i++)
        {
            sums[i] /= rows;
        }

        return sums;
    }
}
