using System.Numerics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Masks that a thread has used: their tables cost more than the few rows of a tile.</summary>
internal static class RankMasks<T>
    where T : unmanaged, INumber<T>
{
    private const int MostKept = 16;

    // the tables of longer rows cost little beside the row, and would be much to keep
    private const int LongestKept = 1 << 15;

    [ThreadStatic]
    private static Dictionary<(int RowLength, (double Lowest, double Highest) Probabilities, bool Divide), RankMask<T>>? known;

    /// <summary>The mask for rows of one length; belongs to the thread that asks.</summary>
    public static RankMask<T> Of(int rowLength, (double Lowest, double Highest) probabilities, bool divide)
    {
        if (rowLength > LongestKept)
        {
            return new(rowLength, probabilities, divide);
        }

        known ??= [];
        if (!known.TryGetValue((rowLength, probabilities, divide), out var mask))
        {
            if (known.Count == MostKept)
            {
                known.Clear();
            }

            known[(rowLength, probabilities, divide)] = mask = new(rowLength, probabilities, divide);
        }

        return mask;
    }
}
