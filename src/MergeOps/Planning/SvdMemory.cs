namespace MergeOps.Planning;

/// <summary>How far a matrix is searched for its largest singular values, and how much memory that takes.</summary>
internal static class SvdMemory
{
    /// <summary>The longest side that is decomposed whole.</summary>
    public const int LargestWhole = 256;

    // vectors beside those that are wanted, which make the search faster
    private const int Beside = 8;

    // after so many blocks most matrices are known well enough
    private const int UsualBlocks = 8;

    /// <summary>The vectors that are tried at once.</summary>
    /// <param name="rank">How many singular values are wanted.</param>
    /// <param name="side">The shorter side.</param>
    public static int BlockOf(int rank, long side) => (int)(side <= LargestWhole ? side : Math.Min(side, rank + Beside));

    /// <summary>Bytes that the matrix and its decomposition take.</summary>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="rank">How many singular values are wanted.</param>
    public static long Need(long rows, long columns, int rank)
    {
        var side = Math.Min(rows, columns);
        var block = BlockOf(rank, side);
        var vectors = Math.Min(side, UsualBlocks * block);
        return (sizeof(float) * rows * columns)
            + (sizeof(double) * (((rows + columns) * (vectors + (2L * rank))) + (4 * Math.Max(rows, columns) * block) + (3L * vectors * vectors)));
    }
}
