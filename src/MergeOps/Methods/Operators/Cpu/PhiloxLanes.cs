using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Eight Philox counters at a time, the even and the odd ones apart or one after the other in a vector that is twice as long,
/// each word in the low half of a 64-bit lane.
/// </summary>
internal readonly struct PhiloxLanes
{
    private readonly uint model;

    /// <summary>The two keys of each round, in every lane.</summary>
    private readonly Vector256<ulong>[] keys;

    /// <summary>The generator of some random words.</summary>
    public PhiloxLanes(RandomWords random)
    {
        model = random.Model;
        keys = new Vector256<ulong>[2 * Philox.Rounds];
        var (key0, key1) = ((uint)random.Key, (uint)(random.Key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            (keys[2 * round], keys[(2 * round) + 1]) = (Vector256.Create((ulong)key0), Vector256.Create((ulong)key1));
            key0 = unchecked(key0 + Philox.KeyStep0);
            key1 = unchecked(key1 + Philox.KeyStep1);
        }
    }

    /// <summary>The 32 words of one group of elements, in the elements' order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GroupWords Group(long group)
    {
        // a group's counters share their high word: they start at a multiple of eight
        var first = (ulong)group * RandomWords.GroupCounters;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            return Together(first);
        }

        var counters = Vector256.Create((ulong)(uint)first) + Vector256.Create(0UL, 2, 4, 6);
        var (evens, odds) = (new Counters(counters, first >> 32, model), new Counters(counters + Vector256<ulong>.One, first >> 32, model));
        ref var key = ref MemoryMarshal.GetArrayDataReference(keys);
        for (var round = 0; round < 2 * Philox.Rounds; round += 2)
        {
            evens.Round(Unsafe.Add(ref key, round), Unsafe.Add(ref key, round + 1));
            odds.Round(Unsafe.Add(ref key, round), Unsafe.Add(ref key, round + 1));
        }

        return new GroupWords(
            Interleave(evens.X0, odds.X0), Interleave(evens.X1, odds.X1), Interleave(evens.X2, odds.X2), Interleave(evens.X3, odds.X3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private GroupWords Together(ulong first)
    {
        var (multiplier0, multiplier1) = (Vector512.Create((ulong)Philox.Multiplier0).AsUInt32(), Vector512.Create((ulong)Philox.Multiplier1).AsUInt32());
        var (x0, x1) = (Vector512.Create((ulong)(uint)first) + Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7), Vector512.Create(first >> 32));
        var (x2, x3) = (Vector512.Create((ulong)model), Vector512<ulong>.Zero);
        ref var key = ref MemoryMarshal.GetArrayDataReference(keys);
        for (var round = 0; round < 2 * Philox.Rounds; round += 2)
        {
            var product0 = Avx512F.Multiply(x0.AsUInt32(), multiplier0);
            var product1 = Avx512F.Multiply(x2.AsUInt32(), multiplier1);
            x0 = HighHalves(product1) ^ x1 ^ Vector512.Create(Unsafe.Add(ref key, round).ToScalar());
            x2 = HighHalves(product0) ^ x3 ^ Vector512.Create(Unsafe.Add(ref key, round + 1).ToScalar());
            (x1, x3) = (product1, product0);
        }

        return new GroupWords(
            Interleave(x0.GetLower(), x0.GetUpper()), Interleave(x1.GetLower(), x1.GetUpper()), Interleave(x2.GetLower(), x2.GetUpper()), Interleave(x3.GetLower(), x3.GetUpper()));

        // multiplications and shifts of so long vectors share one unit, a shuffle has another
        static Vector512<ulong> HighHalves(Vector512<ulong> product) => Avx512F.Shuffle(product.AsUInt32(), 0b11_11_01_01).AsUInt64();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Interleave(Vector256<ulong> evens, Vector256<ulong> odds) =>
        ((evens & Vector256.Create(0xFFFFFFFFUL)) | (odds << 32)).AsUInt32();

    private struct Counters(Vector256<ulong> counters, ulong high, uint model)
    {
        public Vector256<ulong> X0 = counters;
        public Vector256<ulong> X1 = Vector256.Create(high);
        public Vector256<ulong> X2 = Vector256.Create((ulong)model);
        public Vector256<ulong> X3 = Vector256<ulong>.Zero;

        /// <summary>One round; whatever lies in the high halves is neither multiplied nor read.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Round(Vector256<ulong> key0, Vector256<ulong> key1)
        {
            var product0 = Wide(X0, Philox.Multiplier0);
            var product1 = Wide(X2, Philox.Multiplier1);
            (X0, X1, X2, X3) = ((product1 >> 32) ^ X1 ^ key0, product1, (product0 >> 32) ^ X3 ^ key1, product0);
        }

        /// <summary>The products of the low halves.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<ulong> Wide(Vector256<ulong> a, uint b) => Avx2.IsSupported
            ? Avx2.Multiply(a.AsUInt32(), Vector256.Create((ulong)b).AsUInt32())
            : (a & Vector256.Create(0xFFFFFFFFUL)) * Vector256.Create((ulong)b);
    }
}

/// <summary>The words of a group's elements 0 to 7, 8 to 15, 16 to 23 and 24 to 31.</summary>
internal readonly record struct GroupWords(Vector256<uint> First, Vector256<uint> Second, Vector256<uint> Third, Vector256<uint> Fourth)
{
    /// <summary>Writes the 32 words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CopyTo(Span<uint> words)
    {
        First.CopyTo(words);
        Second.CopyTo(words[8..]);
        Third.CopyTo(words[16..]);
        Fourth.CopyTo(words[24..]);
    }
}
