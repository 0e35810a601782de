using System.Collections.Immutable;

namespace MergeOps.Methods.Spectral;

/// <summary>The matrices of a tensor, one after the other: one of a matrix, several of a stack, such as the fused experts of a mixture.</summary>
internal sealed record Matrices(long Count, long Rows, long Columns)
{
    // the kernels of convolutions end in an axis that is shorter
    private const long ShortestRowOfStacks = 32;

    /// <summary>Null where a tensor has none with as many independent directions as there are models.</summary>
    public static Matrices? Of(ImmutableArray<long> shape, int models)
    {
        Matrices? matrices = shape switch
        {
            [var rows, var columns] => new(1, rows, columns),
            [var count, var rows, var columns and >= ShortestRowOfStacks] => new(count, rows, columns),
            _ => null,
        };
        return matrices is { Count: > 0 } && Math.Min(matrices.Rows, matrices.Columns) >= Math.Max(2, models) ? matrices : null;
    }
}
