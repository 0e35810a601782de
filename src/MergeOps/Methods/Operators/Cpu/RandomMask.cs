using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Drops elements by random words, all with one probability.</summary>
internal static class RandomMask
{
    /// <summary>Words that are made at a time: few enough to be in the cache when they are used.</summary>
    private const int PieceLength = 64 * RandomWords.GroupLength;

    /// <summary>Keeps each element with one probability.</summary>
    public static void Keep<T>(Span<T> values, long start, RandomWords random, double probability)
        where T : unmanaged, INumber<T>
    {
        var bound = RandomWords.Bound(probability);
        var lanes = new PhiloxLanes(random);
        Span<uint> words = stackalloc uint[PieceLength];
        for (var done = 0; done < values.Length;)
        {
            // the first piece ends where a group does
            var length = Math.Min(values.Length - done, PieceLength - (int)((start + done) % RandomWords.GroupLength));
            Words(lanes, start + done, words[..length]);
            Keep(values.Slice(done, length), words[..length], bound);
            done += length;
        }
    }

    /// <summary>The words of a run of elements.</summary>
    public static void Words(PhiloxLanes lanes, long start, Span<uint> words)
    {
        var (group, place) = Math.DivRem(start, RandomWords.GroupLength);
        if (place != 0 && words.Length > 0)
        {
            var length = Math.Min(words.Length, RandomWords.GroupLength - (int)place);
            Part(lanes, group++, (int)place, words[..length]);
            words = words[length..];
        }

        var whole = words.Length - (words.Length % RandomWords.GroupLength);
        lanes.Fill(group, words[..whole]);
        if (whole < words.Length)
        {
            Part(lanes, group + (whole / RandomWords.GroupLength), 0, words[whole..]);
        }
    }

    private static void Part(PhiloxLanes lanes, long group, int place, Span<uint> words)
    {
        Span<uint> all = stackalloc uint[RandomWords.GroupLength];
        lanes.Fill(group, all);
        all.Slice(place, words.Length).CopyTo(words);
    }

    [MethodImpl(Compile.AtOnce)]
    private static void Keep<T>(Span<T> values, ReadOnlySpan<uint> words, uint bound)
        where T : unmanaged, INumber<T>
    {
        var done = 0;
        if (typeof(T) == typeof(float))
        {
            ref var first = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<T, uint>(values));
            ref var word = ref MemoryMarshal.GetReference(words);
            var bounds = new Vector<uint>(bound);
            for (; done <= values.Length - Vector<uint>.Count; done += Vector<uint>.Count)
            {
                var isKept = Vector.LessThan(Vector.LoadUnsafe(ref word, (nuint)done), bounds);
                (Vector.LoadUnsafe(ref first, (nuint)done) & isKept).StoreUnsafe(ref first, (nuint)done);
            }
        }

        for (; done < values.Length; done++)
        {
            values[done] = words[done] < bound ? values[done] : T.Zero;
        }
    }
}
