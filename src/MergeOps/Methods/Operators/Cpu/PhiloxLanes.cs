using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>Eight Philox counters at a time.</summary>
internal static class PhiloxLanes
{
    /// <summary>The 32 words of one group of elements, in the elements' order.</summary>
    public static void Group(RandomWords random, long group, Span<uint> words)
    {
        var first = (ulong)group * RandomWords.GroupCounters;
        // a group's counters share their high word: they start at a multiple of eight
        var x0 = Vector256.Create((uint)first) + Vector256<uint>.Indices;
        var x1 = Vector256.Create((uint)(first >> 32));
        var x2 = Vector256.Create(random.Model);
        var x3 = Vector256<uint>.Zero;
        var key0 = Vector256.Create((uint)random.Key);
        var key1 = Vector256.Create((uint)(random.Key >> 32));
        for (var round = 0; round < Philox.Rounds; round++)
        {
            var (low0, high0) = Multiply(x0, Philox.Multiplier0);
            var (low1, high1) = Multiply(x2, Philox.Multiplier1);
            (x0, x1, x2, x3) = (high1 ^ x1 ^ key0, low1, high0 ^ x3 ^ key1, low0);
            key0 += Vector256.Create(Philox.KeyStep0);
            key1 += Vector256.Create(Philox.KeyStep1);
        }

        x0.CopyTo(words);
        x1.CopyTo(words[8..]);
        x2.CopyTo(words[16..]);
        x3.CopyTo(words[24..]);
    }

    private static (Vector256<uint> Low, Vector256<uint> High) Multiply(Vector256<uint> a, uint multiplier)
    {
        var m = Vector256.Create((ulong)multiplier);
        var even = Wide(a.AsUInt64(), m);
        var odd = Wide(a.AsUInt64() >> 32, m);
        var high = (even >> 32) | (odd & Vector256.Create(0xFFFFFFFF00000000));
        return (a * Vector256.Create(multiplier), high.AsUInt32());
    }

    /// <summary>The products of the low halves.</summary>
    private static Vector256<ulong> Wide(Vector256<ulong> a, Vector256<ulong> b) => Avx2.IsSupported
        ? Avx2.Multiply(a.AsUInt32(), b.AsUInt32())
        : (a & Vector256.Create(0xFFFFFFFFUL)) * b;
}
