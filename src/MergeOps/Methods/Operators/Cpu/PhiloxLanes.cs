using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// Eight Philox counters at a time, the even and the odd ones apart or, where vectors are twice as long, in one vector and for
/// two groups in turn, so that one computes while the other waits; each word in the low half of a 64-bit lane.
/// </summary>
internal readonly struct PhiloxLanes
{
    private readonly uint model;

    /// <summary>The two keys of each round, in every lane.</summary>
    private readonly Vector512<ulong>[] keys;

    /// <summary>The generator of some random words.</summary>
    public PhiloxLanes(RandomWords random)
    {
        model = random.Model;
        keys = new Vector512<ulong>[2 * Philox.Rounds];
        var (key0, key1) = ((uint)random.Key, (uint)(random.Key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            (keys[2 * round], keys[(2 * round) + 1]) = (Vector512.Create((ulong)key0), Vector512.Create((ulong)key1));
            key0 = unchecked(key0 + Philox.KeyStep0);
            key1 = unchecked(key1 + Philox.KeyStep1);
        }
    }

    /// <summary>The words of whole groups of elements, in the elements' order.</summary>
    /// <param name="group">The first group.</param>
    /// <param name="words">32 for each group.</param>
    [MethodImpl(Compile.AtOnce)]
    public void Fill(long group, Span<uint> words)
    {
        ref var target = ref MemoryMarshal.GetReference(words);
        ref var key = ref MemoryMarshal.GetArrayDataReference(keys);
        // a group's counters share their high word: they start at a multiple of eight
        var first = (ulong)group * RandomWords.GroupCounters;
        var done = 0;
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            for (; done <= words.Length - (2 * RandomWords.GroupLength); done += 2 * RandomWords.GroupLength, first += 2 * RandomWords.GroupCounters)
            {
                var (one, other) = (new Counters(first, model), new Counters(first + RandomWords.GroupCounters, model));
                for (var round = 0; round < 2 * Philox.Rounds; round += 2)
                {
                    one.Round(Unsafe.Add(ref key, round), Unsafe.Add(ref key, round + 1));
                    other.Round(Unsafe.Add(ref key, round), Unsafe.Add(ref key, round + 1));
                }

                one.Store(ref target, (nuint)done);
                other.Store(ref target, (nuint)(done + RandomWords.GroupLength));
            }
        }

        for (; done < words.Length; done += RandomWords.GroupLength, first += RandomWords.GroupCounters)
        {
            var counters = Vector256.Create((ulong)(uint)first) + Vector256.Create(0UL, 2, 4, 6);
            var (evens, odds) = (new HalfOfCounters(counters, first >> 32, model), new HalfOfCounters(counters + Vector256<ulong>.One, first >> 32, model));
            for (var round = 0; round < 2 * Philox.Rounds; round += 2)
            {
                evens.Round(Unsafe.Add(ref key, round).GetLower(), Unsafe.Add(ref key, round + 1).GetLower());
                odds.Round(Unsafe.Add(ref key, round).GetLower(), Unsafe.Add(ref key, round + 1).GetLower());
            }

            evens.StoreBetween(odds, ref target, (nuint)done);
        }
    }

    private struct Counters(ulong first, uint model)
    {
        private Vector512<ulong> x0 = Vector512.Create((ulong)(uint)first) + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7);
        private Vector512<ulong> x1 = Vector512.Create(first >> 32);
        private Vector512<ulong> x2 = Vector512.Create((ulong)model);
        private Vector512<ulong> x3 = Vector512<ulong>.Zero;

        /// <summary>One round; whatever lies in the high halves is neither multiplied nor read.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Round(Vector512<ulong> key0, Vector512<ulong> key1)
        {
            var product0 = Avx512F.Multiply(x0.AsUInt32(), Vector512.Create((ulong)Philox.Multiplier0).AsUInt32());
            var product1 = Avx512F.Multiply(x2.AsUInt32(), Vector512.Create((ulong)Philox.Multiplier1).AsUInt32());
            (x0, x1, x2, x3) = (HighHalves(product1) ^ x1 ^ key0, product1, HighHalves(product0) ^ x3 ^ key1, product0);

            // multiplications and shifts of so long vectors share one unit, a shuffle has another
            static Vector512<ulong> HighHalves(Vector512<ulong> product) => Avx512F.Shuffle(product.AsUInt32(), 0b11_11_01_01).AsUInt64();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Store(ref uint target, nuint offset)
        {
            var lowHalves = Vector512.Create(0U, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            Avx512F.PermuteVar16x32x2(x0.AsUInt32(), lowHalves, x1.AsUInt32()).StoreUnsafe(ref target, offset);
            Avx512F.PermuteVar16x32x2(x2.AsUInt32(), lowHalves, x3.AsUInt32()).StoreUnsafe(ref target, offset + (nuint)Vector512<uint>.Count);
        }
    }

    private struct HalfOfCounters(Vector256<ulong> counters, ulong high, uint model)
    {
        private Vector256<ulong> x0 = counters;
        private Vector256<ulong> x1 = Vector256.Create(high);
        private Vector256<ulong> x2 = Vector256.Create((ulong)model);
        private Vector256<ulong> x3 = Vector256<ulong>.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Round(Vector256<ulong> key0, Vector256<ulong> key1)
        {
            var product0 = Wide(x0, Philox.Multiplier0);
            var product1 = Wide(x2, Philox.Multiplier1);
            (x0, x1, x2, x3) = ((product1 >> 32) ^ x1 ^ key0, product1, (product0 >> 32) ^ x3 ^ key1, product0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void StoreBetween(in HalfOfCounters odds, ref uint target, nuint offset)
        {
            Interleave(x0, odds.x0).StoreUnsafe(ref target, offset);
            Interleave(x1, odds.x1).StoreUnsafe(ref target, offset + (nuint)Vector256<uint>.Count);
            Interleave(x2, odds.x2).StoreUnsafe(ref target, offset + (2 * (nuint)Vector256<uint>.Count));
            Interleave(x3, odds.x3).StoreUnsafe(ref target, offset + (3 * (nuint)Vector256<uint>.Count));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<uint> Interleave(Vector256<ulong> evens, Vector256<ulong> odds) =>
            ((evens & Vector256.Create(0xFFFFFFFFUL)) | (odds << 32)).AsUInt32();

        /// <summary>The products of the low halves.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector256<ulong> Wide(Vector256<ulong> a, uint b) => Avx2.IsSupported
            ? Avx2.Multiply(a.AsUInt32(), Vector256.Create((ulong)b).AsUInt32())
            : (a & Vector256.Create(0xFFFFFFFFUL)) * Vector256.Create((ulong)b);
    }
}
