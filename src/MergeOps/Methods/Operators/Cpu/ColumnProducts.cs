using System.Numerics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Scalar products of columns, row after row.</summary>
internal static class ColumnProducts
{
    public static void Add<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, long start, double[] sums)
        where T : unmanaged, INumber<T>
    {
        var column = (int)(start % sums.Length);
        for (var i = 0; i < first.Length; i++)
        {
            sums[column] += double.CreateTruncating(first[i]) * double.CreateTruncating(second[i]);
            column = column + 1 == sums.Length ? 0 : column + 1;
        }
    }
}
