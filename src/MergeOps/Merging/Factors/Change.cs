using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Merging.Factors;

/// <summary>A matrix of float32 whose products with vectors are taken in float64, each element as one chain of fused sums.</summary>
/// <param name="Elements">Row by row.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
internal sealed unsafe record Change(float[] Elements, int Rows, int Columns)
{
    // columns of the result that stay in registers, and rows with them
    private const int Lanes = 8;
    private const int Block = 4;

    // elements of a run of one row whose partners stay in the nearest cache
    private const int Run = 512;

    // rows that are turned at once
    private const int Panel = 64;

    /// <summary>The sum of its elements' squares.</summary>
    public double Square()
    {
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            var squares = 0.0;
            foreach (var element in Row(row))
            {
                squares += (double)element * element;
            }

            sum += squares;
        }

        return sum;
    }

    /// <summary>A row.</summary>
    public ReadOnlySpan<float> Row(int row) => Elements.AsSpan(checked(row * Columns), Columns);

    /// <summary>The matrix times each of some vectors.</summary>
    /// <param name="vectors">As long as its rows.</param>
    public double[][] Times(IReadOnlyList<double[]> vectors)
    {
        var lanes = LanesFor(vectors.Count);
        var (right, result) = (Beside(vectors, Columns, lanes), new double[(long)Rows * lanes]);
        fixed (float* elements = Elements)
        {
            fixed (double* from = right, to = result)
            {
                for (var begin = 0; begin < Columns; begin += Run)
                {
                    var count = Math.Min(Run, Columns - begin);
                    for (var lane = 0; lane < lanes; lane += Lanes)
                    {
                        for (var row = 0; row < Rows; row += Block)
                        {
                            Accumulate(
                                elements + ((long)row * Columns) + begin, Columns, Math.Min(Block, Rows - row), count,
                                from + ((long)begin * lanes) + lane, to + ((long)row * lanes) + lane, lanes);
                        }
                    }
                }
            }
        }

        return Apart(result, Rows, vectors.Count, lanes);
    }

    /// <summary>The transposed matrix times each of some vectors.</summary>
    /// <param name="vectors">As long as its columns.</param>
    public double[][] TransposedTimes(IReadOnlyList<double[]> vectors)
    {
        var lanes = LanesFor(vectors.Count);
        var (right, result) = (Beside(vectors, Rows, lanes), new double[(long)Columns * lanes]);
        var turned = new float[(long)Columns * Panel];
        fixed (float* elements = turned)
        {
            fixed (double* from = right, to = result)
            {
                for (var begin = 0; begin < Rows; begin += Panel)
                {
                    var count = Math.Min(Panel, Rows - begin);
                    Turn(begin, count, turned);
                    for (var lane = 0; lane < lanes; lane += Lanes)
                    {
                        for (var column = 0; column < Columns; column += Block)
                        {
                            Accumulate(
                                elements + ((long)column * Panel), Panel, Math.Min(Block, Columns - column), count,
                                from + ((long)begin * lanes) + lane, to + ((long)column * lanes) + lane, lanes);
                        }
                    }
                }
            }
        }

        return Apart(result, Columns, vectors.Count, lanes);
    }

    private static int LanesFor(int vectors) => (vectors + Lanes - 1) / Lanes * Lanes;

    private void Turn(int begin, int count, float[] turned)
    {
        for (var i = 0; i < count; i++)
        {
            var row = Row(begin + i);
            for (var column = 0; column < row.Length; column++)
            {
                turned[((long)column * Panel) + i] = row[column];
            }
        }
    }

    // some rows of the left matrix, each times the same run of rows of the right one, added to rows of the result
    [MethodImpl(Compile.AtOnce)]
    private static void Accumulate(float* left, long stride, int rows, int count, double* right, double* result, int lanes)
    {
        if (rows < Block)
        {
            for (var row = 0; row < rows; row++)
            {
                Single(left + (row * stride), count, right, result + ((long)row * lanes), lanes);
            }

            return;
        }

        float* second = left + stride, third = second + stride, fourth = third + stride;
        double* to1 = result + lanes, to2 = to1 + lanes, to3 = to2 + lanes;
        Vector256<double> a0 = Vector256.Load(result), a1 = Vector256.Load(result + 4), b0 = Vector256.Load(to1), b1 = Vector256.Load(to1 + 4);
        Vector256<double> c0 = Vector256.Load(to2), c1 = Vector256.Load(to2 + 4), d0 = Vector256.Load(to3), d1 = Vector256.Load(to3 + 4);
        for (var k = 0; k < count; k++)
        {
            var low = Vector256.Load(right);
            var high = Vector256.Load(right + 4);
            right += lanes;
            var weight = Vector256.Create((double)left[k]);
            (a0, a1) = (Vector256.FusedMultiplyAdd(weight, low, a0), Vector256.FusedMultiplyAdd(weight, high, a1));
            weight = Vector256.Create((double)second[k]);
            (b0, b1) = (Vector256.FusedMultiplyAdd(weight, low, b0), Vector256.FusedMultiplyAdd(weight, high, b1));
            weight = Vector256.Create((double)third[k]);
            (c0, c1) = (Vector256.FusedMultiplyAdd(weight, low, c0), Vector256.FusedMultiplyAdd(weight, high, c1));
            weight = Vector256.Create((double)fourth[k]);
            (d0, d1) = (Vector256.FusedMultiplyAdd(weight, low, d0), Vector256.FusedMultiplyAdd(weight, high, d1));
        }

        a0.Store(result);
        a1.Store(result + 4);
        b0.Store(to1);
        b1.Store(to1 + 4);
        c0.Store(to2);
        c1.Store(to2 + 4);
        d0.Store(to3);
        d1.Store(to3 + 4);
    }

    private static void Single(float* left, int count, double* right, double* result, int lanes)
    {
        Vector256<double> low = Vector256.Load(result), high = Vector256.Load(result + 4);
        for (var k = 0; k < count; k++)
        {
            var weight = Vector256.Create((double)left[k]);
            low = Vector256.FusedMultiplyAdd(weight, Vector256.Load(right), low);
            high = Vector256.FusedMultiplyAdd(weight, Vector256.Load(right + 4), high);
            right += lanes;
        }

        low.Store(result);
        high.Store(result + 4);
    }

    // vectors as the columns of a matrix with some columns of zeros behind them
    private static double[] Beside(IReadOnlyList<double[]> vectors, int length, int lanes)
    {
        var matrix = new double[(long)length * lanes];
        for (var j = 0; j < vectors.Count; j++)
        {
            var vector = vectors[j];
            for (var i = 0; i < length; i++)
            {
                matrix[((long)i * lanes) + j] = vector[i];
            }
        }

        return matrix;
    }

    private static double[][] Apart(double[] matrix, int length, int count, int lanes)
    {
        var vectors = new double[count][];
        for (var j = 0; j < count; j++)
        {
            var vector = vectors[j] = new double[length];
            for (var i = 0; i < length; i++)
            {
                vector[i] = matrix[((long)i * lanes) + j];
            }
        }

        return vectors;
    }
}
