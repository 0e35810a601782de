using System.Runtime.InteropServices;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>Fills memory with a run of elements before their rows get their lengths.</summary>
internal delegate void ReadChanged(long start, Span<float> target);

/// <summary>
/// Gives the rows of a changed weight the lengths that were trained (DoRA): each is divided by its own length, a sum of squares
/// in float64 in the order of its elements, and multiplied by the trained one. Lengths of columns take a pass over all rows before.
/// </summary>
internal sealed class RowLengths(LowRank source, ElementReader magnitude, ReadChanged read, Action finish)
{
    private readonly int columns = checked((int)source.Columns);
    private float[] trained = [];
    private float[] row = [];
    private long held = -1;
    private float[] factors = [];

    /// <summary>Fills memory with a run of rescaled elements.</summary>
    public void Read(long start, Span<float> target)
    {
        if (trained.Length == 0)
        {
            trained = new float[source.Magnitude!.ElementCount];
            magnitude.Read(0, trained.Length, MemoryMarshal.AsBytes(trained.AsSpan()), ElementForm.Single);
        }

        if (source.IsByColumn)
        {
            ReadByColumn(start, target);
        }
        else
        {
            ReadByRow(start, target);
        }
    }

    private void ReadByRow(long start, Span<float> target)
    {
        row = row.Length == 0 ? new float[columns] : row;
        while (!target.IsEmpty)
        {
            var (index, column) = Math.DivRem(start, columns);
            if (index != held)
            {
                Fill(index);
            }

            var part = (int)Math.Min(target.Length, columns - column);
            row.AsSpan((int)column, part).CopyTo(target);
            target = target[part..];
            start += part;
        }
    }

    private void Fill(long index)
    {
        ReadAll(index * columns, row);
        var sum = 0d;
        foreach (var value in row)
        {
            sum += (double)value * value;
        }

        var factor = (float)(trained[index] / Math.Sqrt(sum));
        for (var i = 0; i < row.Length; i++)
        {
            row[i] *= factor;
        }

        held = index;
    }

    private void ReadByColumn(long start, Span<float> target)
    {
        if (factors.Length == 0)
        {
            factors = Measure();
        }

        read(start, target);
        var column = (int)(start % columns);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] *= factors[column];
            column = column + 1 == columns ? 0 : column + 1;
        }
    }

    private float[] Measure()
    {
        var sums = new double[columns];
        var values = new float[columns];
        for (var index = 0L; index < source.Rows; index++)
        {
            ReadAll(index * columns, values);
            for (var i = 0; i < values.Length; i++)
            {
                sums[i] += (double)values[i] * values[i];
            }
        }

        finish();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(trained[i] / Math.Sqrt(sums[i]));
        }

        return values;
    }

    private void ReadAll(long start, Span<float> target)
    {
        for (var done = 0; done < target.Length; done += PieceBuffers.Elements)
        {
            read(start + done, target[done..Math.Min(target.Length, done + PieceBuffers.Elements)]);
        }
    }
}
