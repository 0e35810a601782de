using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Drops elements by random words, all with one probability.</summary>
internal static class RandomMask
{
    /// <summary>Keeps each element with one probability.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static void Keep<T>(Span<T> values, long start, RandomWords random, double probability)
        where T : unmanaged, INumber<T>
    {
        var bound = RandomWords.Bound(probability);
        var lanes = new PhiloxLanes(random);
        var done = 0;
        while (done < values.Length)
        {
            var (group, place) = Math.DivRem(start + done, RandomWords.GroupLength);
            var length = Math.Min(values.Length - done, RandomWords.GroupLength - (int)place);
            var piece = values.Slice(done, length);
            if (typeof(T) == typeof(float) && length == RandomWords.GroupLength)
            {
                KeepGroup(MemoryMarshal.Cast<T, uint>(piece), lanes.Group(group), bound);
            }
            else
            {
                KeepSingly(piece, (int)place, lanes.Group(group), bound);
            }

            done += length;
        }
    }

    /// <summary>The words of a run of elements.</summary>
    public static void Words(PhiloxLanes lanes, long start, Span<uint> words)
    {
        Span<uint> all = stackalloc uint[RandomWords.GroupLength];
        for (var done = 0; done < words.Length;)
        {
            var (group, place) = Math.DivRem(start + done, RandomWords.GroupLength);
            var length = Math.Min(words.Length - done, RandomWords.GroupLength - (int)place);
            var groupWords = lanes.Group(group);
            if (length == RandomWords.GroupLength)
            {
                groupWords.CopyTo(words[done..]);
            }
            else
            {
                groupWords.CopyTo(all);
                all.Slice((int)place, length).CopyTo(words[done..]);
            }

            done += length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepGroup(Span<uint> bits, GroupWords words, uint bound)
    {
        ref var first = ref MemoryMarshal.GetReference(bits);
        var bounds = Vector256.Create(bound);
        (Vector256.LoadUnsafe(ref first, 0) & Vector256.LessThan(words.First, bounds)).StoreUnsafe(ref first, 0);
        (Vector256.LoadUnsafe(ref first, 8) & Vector256.LessThan(words.Second, bounds)).StoreUnsafe(ref first, 8);
        (Vector256.LoadUnsafe(ref first, 16) & Vector256.LessThan(words.Third, bounds)).StoreUnsafe(ref first, 16);
        (Vector256.LoadUnsafe(ref first, 24) & Vector256.LessThan(words.Fourth, bounds)).StoreUnsafe(ref first, 24);
    }

    private static void KeepSingly<T>(Span<T> values, int place, GroupWords words, uint bound)
        where T : unmanaged, INumber<T>
    {
        Span<uint> all = stackalloc uint[RandomWords.GroupLength];
        words.CopyTo(all);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = all[place + i] < bound ? values[i] : T.Zero;
        }
    }
}
