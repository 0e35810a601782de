using MergeOps.Merging.Factors;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Numbers;

namespace MergeOps.Merging;

/// <summary>The rows of what a merge changes in a matrix.</summary>
internal interface IChangedRows
{
    /// <summary>Reads one row.</summary>
    void Read(int row, Span<double> target);
}

/// <summary>Of a change that is held whole.</summary>
internal sealed class ChangeRows(Change change) : IChangedRows
{
    /// <inheritdoc/>
    public void Read(int row, Span<double> target) => Conversion.Widen(change.Row(row), target);
}

/// <summary>Of a change that is held as a core between two sets of directions.</summary>
internal sealed class CoreRows(CoreDirections directions, Change core, int columns) : IChangedRows
{
    private readonly double[] across = new double[core.Columns];

    /// <inheritdoc/>
    public void Read(int row, Span<double> target)
    {
        Array.Clear(across);
        for (var i = 0; i < directions.Left.Count; i++)
        {
            var weight = directions.Left[i][row];
            var elements = core.Row(i);
            for (var j = 0; j < across.Length; j++)
            {
                across[j] += weight * elements[j];
            }
        }

        target[..columns].Clear();
        for (var j = 0; j < directions.Right.Count; j++)
        {
            VectorMath.Add(target, directions.Right[j], across[j]);
        }
    }
}
