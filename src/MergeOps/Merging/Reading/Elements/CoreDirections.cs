using System.Runtime.InteropServices;
using MergeOps.Merging.Factors;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>The directions that the changes of one weight span, and the factors of each change, read into memory.</summary>
internal sealed class CoreDirections
{
    private readonly List<double[][]> lefts = [];
    private readonly List<double[][]> rights = [];
    private readonly CoreFactors all;

    /// <summary>Reads the factors.</summary>
    /// <param name="all">The changes.</param>
    /// <param name="readers">Opens their factors.</param>
    public CoreDirections(CoreFactors all, ElementReaders readers)
    {
        this.all = all;
        foreach (var factor in all.Factors)
        {
            var of = factor.Of;
            var scale = of.Scale * (of.Alpha is { } alpha ? Read(alpha, readers)[0] : 1);
            var (left, right) = (Read(of.Left, readers), Read(of.Right, readers));
            lefts.Add(Columns(left, of.Rows, of.Rank, scale));
            rights.Add(Rows(right, of.Rank, of.Columns));
        }

        Left = Basis.Of([.. lefts.SelectMany(vectors => vectors)]).Vectors;
        Right = Basis.Of([.. rights.SelectMany(vectors => vectors)]).Vectors;
    }

    /// <summary>U: vectors as long as the weight has rows, those with the largest changes first; fewer than <see cref="CoreFactors.Rows"/> where some factors depend on each other.</summary>
    public IReadOnlyList<double[]> Left { get; }

    /// <summary>V: vectors as long as the weight has columns.</summary>
    public IReadOnlyList<double[]> Right { get; }

    /// <summary>The core of what one model changes, row by row; zero where it changes nothing.</summary>
    public float[] CoreOf(int model)
    {
        var core = new double[all.Rows * all.Columns];
        for (var i = 0; i < all.Factors.Length; i++)
        {
            if (all.Factors[i].Model == model)
            {
                Add(core, lefts[i], rights[i]);
            }
        }

        return Array.ConvertAll(core, element => (float)element);
    }

    // Uᵀ·B·A·V
    private void Add(double[] core, double[][] left, double[][] right)
    {
        for (var rank = 0; rank < left.Length; rank++)
        {
            var across = Right.Select(direction => VectorMath.Dot(direction, right[rank])).ToArray();
            for (var i = 0; i < Left.Count; i++)
            {
                VectorMath.Add(core.AsSpan((int)(i * all.Columns), across.Length), across, VectorMath.Dot(Left[i], left[rank]));
            }
        }
    }

    private static double[] Read(TensorSource source, ElementReaders readers)
    {
        var numbers = new double[source.ElementCount];
        var reader = readers.Open(source);
        reader.Read(0, numbers.Length, MemoryMarshal.AsBytes(numbers.AsSpan()), ElementForm.Double);
        reader.Finish();
        return numbers;
    }

    private static double[][] Columns(double[] matrix, long rows, long count, double scale)
    {
        var columns = new double[count][];
        for (var j = 0; j < count; j++)
        {
            columns[j] = new double[rows];
            for (var i = 0; i < rows; i++)
            {
                columns[j][i] = scale * matrix[(i * count) + j];
            }
        }

        return columns;
    }

    private static double[][] Rows(double[] matrix, long count, long columns)
    {
        var rows = new double[count][];
        for (var i = 0; i < count; i++)
        {
            rows[i] = matrix.AsSpan(checked((int)(i * columns)), (int)columns).ToArray();
        }

        return rows;
    }
}
