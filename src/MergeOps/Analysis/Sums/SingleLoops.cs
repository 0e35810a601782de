using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Analysis.Sums;

/// <summary>
/// Sums of float32 entries, eight at once; lengths are multiples of that. Products of two of them are exact in float64, so a
/// fused addition changes no bit, and signs are counted in lanes of integers.
/// </summary>
internal static class SingleLoops
{
    // so many magnitudes of a lane are added in float32 before they join the sum in float64
    private const int Lane = 32;

    /// <summary>The sums of one vector's entries.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="origin">The base's entries; empty without a base.</param>
    [MethodImpl(Compile.AtOnce)]
    public static VectorSum Vector(ReadOnlySpan<float> vector, ReadOnlySpan<float> origin)
    {
        ref var first = ref MemoryMarshal.GetReference(vector);
        ref var start = ref MemoryMarshal.GetReference(origin);
        Vector256<double> lowSquares = default, highSquares = default, lowProducts = default, highProducts = default, magnitudes = default;
        var zeros = Vector256<int>.Zero;
        for (var i = 0; i < vector.Length;)
        {
            var end = Math.Min(i + (Lane * Vector256<float>.Count), vector.Length);
            var sizes = Vector256<float>.Zero;
            for (; i < end; i += Vector256<float>.Count)
            {
                var v = Vector256.LoadUnsafe(ref first, (nuint)i);
                var (low, high) = Vector256.Widen(v);
                lowSquares = Vector256.MultiplyAddEstimate(low, low, lowSquares);
                highSquares = Vector256.MultiplyAddEstimate(high, high, highSquares);
                sizes += Vector256.Abs(v);
                zeros -= Vector256.Equals(v, default).AsInt32();
                if (!origin.IsEmpty)
                {
                    var (baseLow, baseHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref start, (nuint)i));
                    lowProducts = Vector256.MultiplyAddEstimate(low, baseLow, lowProducts);
                    highProducts = Vector256.MultiplyAddEstimate(high, baseHigh, highProducts);
                }
            }

            magnitudes += Wide(sizes);
        }

        return new(Vector256.Sum(lowSquares + highSquares), Vector256.Sum(magnitudes), Vector256.Sum(lowProducts + highProducts), Vector256.Sum(zeros));
    }

    /// <summary>The sums of two vectors' entries, but for their differences.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static PairSum Pair(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        ref var one = ref MemoryMarshal.GetReference(first);
        ref var two = ref MemoryMarshal.GetReference(second);
        Vector256<double> lowProducts = default, highProducts = default, magnitudes = default;
        Vector256<int> opposite = default, different = default;
        for (var i = 0; i < first.Length;)
        {
            var end = Math.Min(i + (Lane * Vector256<float>.Count), first.Length);
            var sizes = Vector256<float>.Zero;
            for (; i < end; i += Vector256<float>.Count)
            {
                var a = Vector256.LoadUnsafe(ref one, (nuint)i);
                var b = Vector256.LoadUnsafe(ref two, (nuint)i);
                var (aLow, aHigh) = Vector256.Widen(a);
                var (bLow, bHigh) = Vector256.Widen(b);
                lowProducts = Vector256.MultiplyAddEstimate(aLow, bLow, lowProducts);
                highProducts = Vector256.MultiplyAddEstimate(aHigh, bHigh, highProducts);
                var (aIsZero, bIsZero) = (Vector256.Equals(a, default).AsInt32(), Vector256.Equals(b, default).AsInt32());
                var opposes = Opposes(a, b, aIsZero | bIsZero);
                opposite -= opposes;
                different -= opposes | (aIsZero ^ bIsZero);
                sizes += (Vector256.Abs(a) + Vector256.Abs(b)) & opposes.AsSingle();
            }

            magnitudes += Wide(sizes);
        }

        return new(Vector256.Sum(lowProducts + highProducts), 0, Vector256.Sum(opposite), Vector256.Sum(different), Vector256.Sum(magnitudes), default);
    }

    /// <summary>Σ (a − b)², entry by entry.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static double SquaredDifferences(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        ref var one = ref MemoryMarshal.GetReference(first);
        ref var two = ref MemoryMarshal.GetReference(second);
        Vector256<double> squares = default;
        for (var i = 0; i < first.Length; i += Vector256<float>.Count)
        {
            var (aLow, aHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref one, (nuint)i));
            var (bLow, bHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref two, (nuint)i));
            var (low, high) = (aLow - bLow, aHigh - bHigh);
            squares += (low * low) + (high * high);
        }

        return Vector256.Sum(squares);
    }

    /// <summary>What is left of a vector from which all other entries were cut to 0.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="elected">The sum of what is left of all models, whose signs count.</param>
    [MethodImpl(Compile.AtOnce)]
    public static KeptSum Kept(ReadOnlySpan<float> vector, ReadOnlySpan<float> elected)
    {
        ref var first = ref MemoryMarshal.GetReference(vector);
        ref var sign = ref MemoryMarshal.GetReference(elected);
        Vector256<double> lowSquares = default, highSquares = default;
        Vector256<int> cut = default, overruled = default;
        for (var i = 0; i < vector.Length; i += Vector256<float>.Count)
        {
            var v = Vector256.LoadUnsafe(ref first, (nuint)i);
            var e = Vector256.LoadUnsafe(ref sign, (nuint)i);
            var (low, high) = Vector256.Widen(v);
            lowSquares = Vector256.MultiplyAddEstimate(low, low, lowSquares);
            highSquares = Vector256.MultiplyAddEstimate(high, high, highSquares);
            var isCut = Vector256.Equals(v, default).AsInt32();
            cut -= isCut;
            overruled -= Opposes(v, e, isCut | Vector256.Equals(e, default).AsInt32());
        }

        return new(0, vector.Length - Vector256.Sum(cut), Vector256.Sum(lowSquares + highSquares), Vector256.Sum(overruled));
    }

    /// <summary>Counts the entries of two vectors from which all others were cut to 0.</summary>
    [MethodImpl(Compile.AtOnce)]
    public static TrimmedSum Trimmed(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        ref var one = ref MemoryMarshal.GetReference(first);
        ref var two = ref MemoryMarshal.GetReference(second);
        Vector256<int> cutInOne = default, cutInBoth = default, opposite = default;
        for (var i = 0; i < first.Length; i += Vector256<float>.Count)
        {
            var a = Vector256.LoadUnsafe(ref one, (nuint)i);
            var b = Vector256.LoadUnsafe(ref two, (nuint)i);
            var (aIsCut, bIsCut) = (Vector256.Equals(a, default).AsInt32(), Vector256.Equals(b, default).AsInt32());
            cutInOne -= aIsCut | bIsCut;
            cutInBoth -= aIsCut & bIsCut;
            opposite -= Opposes(a, b, aIsCut | bIsCut);
        }

        return new(first.Length - Vector256.Sum(cutInOne), first.Length - Vector256.Sum(cutInBoth), Vector256.Sum(opposite));
    }

    // lanes of opposite signs, none of them 0
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Opposes(Vector256<float> a, Vector256<float> b, Vector256<int> isZero) =>
        Vector256.AndNot(Vector256.ShiftRightArithmetic(a.AsInt32() ^ b.AsInt32(), 31), isZero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Wide(Vector256<float> sums)
    {
        var (low, high) = Vector256.Widen(sums);
        return low + high;
    }
}
