using System.Numerics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Drops elements by random words.</summary>
internal static class RandomMask
{
    /// <summary>Keeps each element with one probability.</summary>
    public static void Keep<T>(Span<T> values, long start, RandomWords random, double probability)
        where T : unmanaged, INumber<T>
    {
        var bound = RandomWords.Bound(probability);
        Span<uint> words = stackalloc uint[RandomWords.GroupLength];
        for (var done = 0; done < values.Length;)
        {
            var (group, place) = Math.DivRem(start + done, RandomWords.GroupLength);
            var length = Math.Min(values.Length - done, RandomWords.GroupLength - (int)place);
            PhiloxLanes.Group(random, group, words);
            for (var i = 0; i < length; i++)
            {
                ref var value = ref values[done + i];
                value = words[(int)place + i] < bound ? value : T.Zero;
            }

            done += length;
        }
    }

    /// <summary>Keeps each element with a probability that grows with its rank by magnitude in its row.</summary>
    public static void KeepByRank<T>(
        Span<T> rows, int rowLength, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide)
        where T : unmanaged, INumber<T>
    {
        var ranks = new RowRanks(rowLength);
        var order = new int[rowLength];
        var words = new uint[rowLength];
        var (lowest, range) = (probabilities.Lowest, probabilities.Highest - probabilities.Lowest);
        for (var first = 0; first < rows.Length; first += rowLength)
        {
            var row = rows.Slice(first, rowLength);
            ranks.Order<T>(row, order);
            Words(random, start + first, words);
            for (var rank = 0; rank < rowLength; rank++)
            {
                var probability = lowest + (range * (rowLength == 1 ? 0.5 : rank / (double)(rowLength - 1)));
                ref var value = ref row[order[rank]];
                var kept = divide ? value / T.CreateTruncating(probability) : value;
                value = words[order[rank]] < RandomWords.Bound(probability) ? kept : T.Zero;
            }
        }
    }

    private static void Words(RandomWords random, long start, Span<uint> words)
    {
        Span<uint> groupWords = stackalloc uint[RandomWords.GroupLength];
        for (var done = 0; done < words.Length;)
        {
            var (group, place) = Math.DivRem(start + done, RandomWords.GroupLength);
            var length = Math.Min(words.Length - done, RandomWords.GroupLength - (int)place);
            PhiloxLanes.Group(random, group, groupWords);
            groupWords.Slice((int)place, length).CopyTo(words[done..]);
            done += length;
        }
    }
}
