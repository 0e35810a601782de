using System.Runtime.InteropServices;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Reads rows scaled to the length 1: makes all of them when the first one is asked for.</summary>
internal sealed class UnitRowsElements : MadeElements<UnitRows>
{
    public UnitRowsElements(UnitRows source, ElementReaders readers)
        : base(source, readers) => Parts[0].ReadsInAnyOrder(source.Shape[1]);

    /// <summary>Scales a row to the length 1; one that is shorter than any that models have is left to be nearly nothing.</summary>
    public static void Scale(Span<double> row)
    {
        const double Shortest = 1e-8;
        var squares = 0.0;
        foreach (var value in row)
        {
            squares += value * value;
        }

        var length = Math.Max(Math.Sqrt(squares), Shortest);
        for (var i = 0; i < row.Length; i++)
        {
            row[i] /= length;
        }
    }

    /// <inheritdoc/>
    protected override double[] Make()
    {
        var made = new double[Source.ElementCount];
        var width = checked((int)Source.Shape[1]);
        for (var start = 0; start < made.Length; start += width)
        {
            var row = made.AsSpan(start, width);
            Parts[0].Read(start, width, MemoryMarshal.AsBytes(row), ElementForm.Double);
            Scale(row);
        }

        return made;
    }
}
