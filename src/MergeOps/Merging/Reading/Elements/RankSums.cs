using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Elements;

/// <summary>
/// Sums over the ranks of two factors, added to what they change. Each element is one chain of fused multiplications and
/// additions, rounded once at each, so that neither the width of vectors nor the borders of runs can be seen in it.
/// </summary>
internal static unsafe class RankSums
{
    private const int Panel = LowRank.Panel;
    private const int Half = Panel / 2;

    /// <summary>Adds s · L·R to a run of elements.</summary>
    /// <param name="left">Rows of L from the run's first one on, one after another.</param>
    /// <param name="panels">R in panels of some columns; each holds these columns of every rank, one rank after another.</param>
    /// <param name="rank">The number of ranks.</param>
    /// <param name="columns">Elements of a row of the run.</param>
    /// <param name="column">The column of the run's first element.</param>
    /// <param name="scale">s.</param>
    /// <param name="target">The run; takes the sums.</param>
    public static void Add(ReadOnlySpan<float> left, ReadOnlySpan<float> panels, int rank, long columns, long column, float scale, Span<float> target)
    {
        fixed (float* rows = left, factors = panels, elements = target)
        {
            var (begin, end) = (column, column + target.Length);
            var first = elements - begin;
            var rowCount = (end + columns - 1) / columns;

            // rows four by four; the first and the last one may be there in part
            for (var row = 0L; row < rowCount; row += 4)
            {
                var many = (int)Math.Min(4, rowCount - row);
                var from = row == 0 ? begin : 0;
                var to = row + many == rowCount ? end - ((rowCount - 1) * columns) : columns;
                var block = first + (row * columns);
                var weights = rows + (row * rank);
                if (many == 1)
                {
                    Columns(block, columns, weights, 1, factors, rank, from, to, scale);
                    continue;
                }

                // columns that some rows of the block lack
                var common = (From: from, To: to);
                if (common.From >= common.To)
                {
                    for (var i = 0; i < many; i++)
                    {
                        Columns(block + (i * columns), columns, weights + (i * rank), 1, factors, rank, i == 0 ? from : 0, i == many - 1 ? to : columns, scale);
                    }

                    continue;
                }

                Columns(block + columns, columns, weights + rank, many - 1, factors, rank, 0, common.From, scale);
                Columns(block, columns, weights, many, factors, rank, common.From, common.To, scale);
                Columns(block, columns, weights, many - 1, factors, rank, common.To, columns, scale);
            }
        }
    }

    private static void Columns(float* block, long stride, float* weights, int rows, float* panels, int rank, long from, long to, float scale)
    {
        var column = from;
        for (; column < to && column % Panel != 0; column++)
        {
            One(block, stride, weights, rows, panels, rank, column, scale);
        }

        for (; column + Panel <= to; column += Panel)
        {
            var panel = panels + (column * rank);
            var target = block + column;
            if (rows == 4)
            {
                Four(target, stride, weights, panel, rank, scale);
                continue;
            }

            for (var row = 0; row < rows; row++)
            {
                Single(target + (row * stride), weights + (row * rank), panel, rank, scale);
            }
        }

        for (; column < to; column++)
        {
            One(block, stride, weights, rows, panels, rank, column, scale);
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Four(float* target, long stride, float* weights, float* panel, int rank, float scale)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        float* second = weights + rank, third = second + rank, fourth = third + rank;
        for (var k = 0; k < rank; k++)
        {
            var low = Vector256.Load(panel + (k * Panel));
            var high = Vector256.Load(panel + (k * Panel) + Half);
            var weight = Vector256.Create(weights[k]);
            (a0, a1) = (Vector256.FusedMultiplyAdd(weight, low, a0), Vector256.FusedMultiplyAdd(weight, high, a1));
            weight = Vector256.Create(second[k]);
            (b0, b1) = (Vector256.FusedMultiplyAdd(weight, low, b0), Vector256.FusedMultiplyAdd(weight, high, b1));
            weight = Vector256.Create(third[k]);
            (c0, c1) = (Vector256.FusedMultiplyAdd(weight, low, c0), Vector256.FusedMultiplyAdd(weight, high, c1));
            weight = Vector256.Create(fourth[k]);
            (d0, d1) = (Vector256.FusedMultiplyAdd(weight, low, d0), Vector256.FusedMultiplyAdd(weight, high, d1));
        }

        var factor = Vector256.Create(scale);
        Store(target, factor, a0, a1);
        Store(target + stride, factor, b0, b1);
        Store(target + (2 * stride), factor, c0, c1);
        Store(target + (3 * stride), factor, d0, d1);
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Single(float* target, float* weights, float* panel, int rank, float scale)
    {
        Vector256<float> low = default, high = default;
        for (var k = 0; k < rank; k++)
        {
            var weight = Vector256.Create(weights[k]);
            low = Vector256.FusedMultiplyAdd(weight, Vector256.Load(panel + (k * Panel)), low);
            high = Vector256.FusedMultiplyAdd(weight, Vector256.Load(panel + (k * Panel) + Half), high);
        }

        Store(target, Vector256.Create(scale), low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* target, Vector256<float> scale, Vector256<float> low, Vector256<float> high)
    {
        Vector256.FusedMultiplyAdd(scale, low, Vector256.Load(target)).Store(target);
        Vector256.FusedMultiplyAdd(scale, high, Vector256.Load(target + Half)).Store(target + Half);
    }

    private static void One(float* block, long stride, float* weights, int rows, float* panels, int rank, long column, float scale)
    {
        var panel = panels + (column / Panel * Panel * rank) + (column % Panel);
        for (var row = 0; row < rows; row++)
        {
            var sum = 0f;
            for (var k = 0; k < rank; k++)
            {
                sum = MathF.FusedMultiplyAdd(weights[(row * rank) + k], panel[k * Panel], sum);
            }

            ref var target = ref block[(row * stride) + column];
            target = MathF.FusedMultiplyAdd(scale, sum, target);
        }
    }
}
