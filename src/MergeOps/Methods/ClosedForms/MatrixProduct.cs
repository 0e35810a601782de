using System.Numerics;
using System.Runtime.CompilerServices;

namespace MergeOps.Methods.ClosedForms;

/// <summary>
/// Products of float64 matrices, row by row in memory. Each element is a sum of fused products in ascending order, whatever
/// the blocks and the width of vectors, so that the bytes are the same on every processor of a numeric class.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int BlockDepth = 256;
    private const int BlockRows = 256;
    private const int TileRows = 4;
    private const int TileVectors = 3;

    private static int TileColumns => TileVectors * Vector<double>.Count;

    /// <summary>C += sign · A · B.</summary>
    /// <param name="sign">1 or -1.</param>
    /// <param name="a">A [rows, depth], its rows <paramref name="strideA"/> apart.</param>
    /// <param name="b">B [depth, columns], its rows <paramref name="strideB"/> apart.</param>
    /// <param name="c">C [rows, columns], its rows <paramref name="strideC"/> apart.</param>
    /// <param name="strideA">Elements from one row of A to the next.</param>
    /// <param name="strideB">Elements from one row of B to the next.</param>
    /// <param name="strideC">Elements from one row of C to the next.</param>
    /// <param name="rows">Rows of C.</param>
    /// <param name="columns">Columns of C.</param>
    /// <param name="depth">Columns of A.</param>
    public static void Add(double sign, double* a, long strideA, double* b, long strideB, double* c, long strideC, long rows, long columns, long depth)
    {
        var buffer = new double[BlockDepth * TileColumns];
        fixed (double* panel = buffer)
        {
            for (var k = 0L; k < depth; k += BlockDepth)
            {
                var deep = (int)Math.Min(BlockDepth, depth - k);
                for (var i = 0L; i < rows; i += BlockRows)
                {
                    var high = Math.Min(BlockRows, rows - i);
                    for (var j = 0L; j < columns; j += TileColumns)
                    {
                        var wide = (int)Math.Min(TileColumns, columns - j);
                        Pack(b + (k * strideB) + j, strideB, panel, deep, wide);
                        Block(sign, a + (i * strideA) + k, strideA, panel, c + (i * strideC) + j, strideC, high, wide, deep);
                    }
                }
            }
        }
    }

    private static void Pack(double* b, long strideB, double* panel, int deep, int wide)
    {
        for (var p = 0; p < deep; p++)
        {
            new ReadOnlySpan<double>(b + (p * strideB), wide).CopyTo(new Span<double>(panel + (p * TileColumns), wide));
        }
    }

    private static void Block(double sign, double* a, long strideA, double* panel, double* c, long strideC, long high, int wide, int deep)
    {
        var row = 0L;
        if (wide == TileColumns)
        {
            for (; row + TileRows <= high; row += TileRows)
            {
                Tile(sign, a + (row * strideA), strideA, panel, c + (row * strideC), strideC, deep);
            }
        }

        for (; row < high; row++)
        {
            for (var column = 0; column < wide; column++)
            {
                var sum = c[(row * strideC) + column];
                for (var p = 0; p < deep; p++)
                {
                    sum = Math.FusedMultiplyAdd(sign * a[(row * strideA) + p], panel[(p * TileColumns) + column], sum);
                }

                c[(row * strideC) + column] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(double sign, double* a, long strideA, double* panel, double* c, long strideC, int deep)
    {
        var lanes = Vector<double>.Count;
        double* a0 = a, a1 = a + strideA, a2 = a1 + strideA, a3 = a2 + strideA;
        double* c0 = c, c1 = c + strideC, c2 = c1 + strideC, c3 = c2 + strideC;
        Vector<double> s00 = Vector.Load(c0), s01 = Vector.Load(c0 + lanes), s02 = Vector.Load(c0 + (2 * lanes));
        Vector<double> s10 = Vector.Load(c1), s11 = Vector.Load(c1 + lanes), s12 = Vector.Load(c1 + (2 * lanes));
        Vector<double> s20 = Vector.Load(c2), s21 = Vector.Load(c2 + lanes), s22 = Vector.Load(c2 + (2 * lanes));
        Vector<double> s30 = Vector.Load(c3), s31 = Vector.Load(c3 + lanes), s32 = Vector.Load(c3 + (2 * lanes));
        for (var p = 0; p < deep; p++)
        {
            Vector<double> b0 = Vector.Load(panel), b1 = Vector.Load(panel + lanes), b2 = Vector.Load(panel + (2 * lanes));
            panel += 3 * lanes;
            var x = new Vector<double>(sign * a0[p]);
            s00 = Vector.FusedMultiplyAdd(x, b0, s00);
            s01 = Vector.FusedMultiplyAdd(x, b1, s01);
            s02 = Vector.FusedMultiplyAdd(x, b2, s02);
            x = new Vector<double>(sign * a1[p]);
            s10 = Vector.FusedMultiplyAdd(x, b0, s10);
            s11 = Vector.FusedMultiplyAdd(x, b1, s11);
            s12 = Vector.FusedMultiplyAdd(x, b2, s12);
            x = new Vector<double>(sign * a2[p]);
            s20 = Vector.FusedMultiplyAdd(x, b0, s20);
            s21 = Vector.FusedMultiplyAdd(x, b1, s21);
            s22 = Vector.FusedMultiplyAdd(x, b2, s22);
            x = new Vector<double>(sign * a3[p]);
            s30 = Vector.FusedMultiplyAdd(x, b0, s30);
            s31 = Vector.FusedMultiplyAdd(x, b1, s31);
            s32 = Vector.FusedMultiplyAdd(x, b2, s32);
        }

        s00.Store(c0);
        s01.Store(c0 + lanes);
        s02.Store(c0 + (2 * lanes));
        s10.Store(c1);
        s11.Store(c1 + lanes);
        s12.Store(c1 + (2 * lanes));
        s20.Store(c2);
        s21.Store(c2 + lanes);
        s22.Store(c2 + (2 * lanes));
        s30.Store(c3);
        s31.Store(c3 + lanes);
        s32.Store(c3 + (2 * lanes));
    }
}
