using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MergeOps.Analysis.Sums;

/// <summary>The loops that add up tiles: products in float64, eight entries at once where the tile is float32.</summary>
internal static class SumLoops
{
    /// <summary>The sums of one vector's entries.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="origin">The base's entries; empty without a base.</param>
    public static VectorSum Vector<T>(ReadOnlySpan<T> vector, ReadOnlySpan<T> origin)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        double squares = 0, magnitudes = 0, products = 0, zeros = 0;
        if (typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated)
        {
            var values = MemoryMarshal.Cast<T, float>(vector);
            var bases = MemoryMarshal.Cast<T, float>(origin);
            Vector256<double> squareLanes = default, magnitudeLanes = default, productLanes = default;
            for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var v = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(values), (nuint)i);
                var (low, high) = Vector256.Widen(v);
                squareLanes += low * low;
                squareLanes += high * high;
                magnitudeLanes += Vector256.Abs(low) + Vector256.Abs(high);
                zeros += BitOperations.PopCount(Vector256.Equals(v, default).ExtractMostSignificantBits());
                if (!bases.IsEmpty)
                {
                    var (baseLow, baseHigh) = Vector256.Widen(Vector256.LoadUnsafe(in MemoryMarshal.GetReference(bases), (nuint)i));
                    productLanes += low * baseLow;
                    productLanes += high * baseHigh;
                }
            }

            (squares, magnitudes, products) = (Vector256.Sum(squareLanes), Vector256.Sum(magnitudeLanes), Vector256.Sum(productLanes));
        }

        for (; i < vector.Length; i++)
        {
            var v = double.CreateTruncating(vector[i]);
            squares += v * v;
            magnitudes += Math.Abs(v);
            zeros += v == 0 ? 1 : 0;
            products += origin.IsEmpty ? 0 : v * double.CreateTruncating(origin[i]);
        }

        return new(squares, magnitudes, products, zeros);
    }

    /// <summary>The sums of two vectors' entries, nothing trimmed.</summary>
    public static PairSum Pair<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        double products = 0, differences = 0, opposite = 0, different = 0, magnitudes = 0;
        if (typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated)
        {
            var firsts = MemoryMarshal.Cast<T, float>(first);
            var seconds = MemoryMarshal.Cast<T, float>(second);
            Vector256<double> productLanes = default, differenceLanes = default, magnitudeLanes = default;
            for (; i <= firsts.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var a = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(firsts), (nuint)i);
                var b = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(seconds), (nuint)i);
                var (aLow, aHigh) = Vector256.Widen(a);
                var (bLow, bHigh) = Vector256.Widen(b);
                productLanes += aLow * bLow;
                productLanes += aHigh * bHigh;
                var (low, high) = (aLow - bLow, aHigh - bHigh);
                differenceLanes += low * low;
                differenceLanes += high * high;
                var aIsZero = Vector256.Equals(a, default);
                var bIsZero = Vector256.Equals(b, default);
                var opposes = Vector256.AndNot(Vector256.LessThan((a.AsInt32() ^ b.AsInt32()), default).AsSingle(), aIsZero | bIsZero);
                opposite += BitOperations.PopCount(opposes.ExtractMostSignificantBits());
                different += BitOperations.PopCount((opposes | (aIsZero ^ bIsZero)).ExtractMostSignificantBits());
                var (magnitudeLow, magnitudeHigh) = Vector256.Widen((Vector256.Abs(a) + Vector256.Abs(b)) & opposes);
                magnitudeLanes += magnitudeLow + magnitudeHigh;
            }

            (products, differences, magnitudes) = (Vector256.Sum(productLanes), Vector256.Sum(differenceLanes), Vector256.Sum(magnitudeLanes));
        }

        for (; i < first.Length; i++)
        {
            var (a, b) = (double.CreateTruncating(first[i]), double.CreateTruncating(second[i]));
            products += a * b;
            differences += (a - b) * (a - b);
            var opposes = Math.Sign(a) * Math.Sign(b) < 0;
            opposite += opposes ? 1 : 0;
            different += Math.Sign(a) != Math.Sign(b) ? 1 : 0;
            magnitudes += opposes ? Math.Abs(a) + Math.Abs(b) : 0;
        }

        return new(products, differences, opposite, different, magnitudes, default);
    }

    /// <summary>Adds entries to others.</summary>
    public static void AddTo<T>(Span<T> sums, ReadOnlySpan<T> entries)
        where T : unmanaged, INumber<T>
    {
        var into = MemoryMarshal.Cast<T, System.Numerics.Vector<T>>(sums);
        var from = MemoryMarshal.Cast<T, System.Numerics.Vector<T>>(entries);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] += from[i];
        }

        for (var i = into.Length * System.Numerics.Vector<T>.Count; i < sums.Length; i++)
        {
            sums[i] += entries[i];
        }
    }

    /// <summary>What is left of a vector from which all other entries were cut to 0.</summary>
    /// <param name="vector">The entries.</param>
    /// <param name="elected">The sum of what is left of all models, whose signs count.</param>
    public static KeptSum Kept<T>(ReadOnlySpan<T> vector, ReadOnlySpan<T> elected)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        double entries = 0, squares = 0, overruled = 0;
        if (typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated)
        {
            var values = MemoryMarshal.Cast<T, float>(vector);
            var signs = MemoryMarshal.Cast<T, float>(elected);
            Vector256<double> squareLanes = default;
            for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var v = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(values), (nuint)i);
                var e = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(signs), (nuint)i);
                var (low, high) = Vector256.Widen(v);
                squareLanes += low * low;
                squareLanes += high * high;
                var isCut = Vector256.Equals(v, default);
                entries += Vector256<float>.Count - BitOperations.PopCount(isCut.ExtractMostSignificantBits());
                overruled += BitOperations.PopCount(
                    Vector256.AndNot(Vector256.LessThan((v.AsInt32() ^ e.AsInt32()), default).AsSingle(), isCut | Vector256.Equals(e, default)).ExtractMostSignificantBits());
            }

            squares = Vector256.Sum(squareLanes);
        }

        for (; i < vector.Length; i++)
        {
            var v = double.CreateTruncating(vector[i]);
            entries += v != 0 ? 1 : 0;
            squares += v * v;
            overruled += T.Sign(vector[i]) * T.Sign(elected[i]) < 0 ? 1 : 0;
        }

        return new(0, entries, squares, overruled);
    }

    /// <summary>Counts the entries of two vectors from which all others were cut to 0.</summary>
    public static TrimmedSum Trimmed<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        double both = 0, either = 0, opposite = 0;
        if (typeof(T) == typeof(float) && Vector256.IsHardwareAccelerated)
        {
            var firsts = MemoryMarshal.Cast<T, float>(first);
            var seconds = MemoryMarshal.Cast<T, float>(second);
            for (; i <= firsts.Length - Vector256<float>.Count; i += Vector256<float>.Count)
            {
                var a = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(firsts), (nuint)i);
                var b = Vector256.LoadUnsafe(in MemoryMarshal.GetReference(seconds), (nuint)i);
                var aIsZero = Vector256.Equals(a, default);
                var bIsZero = Vector256.Equals(b, default);
                var isCut = aIsZero | bIsZero;
                both += Vector256<float>.Count - BitOperations.PopCount(isCut.ExtractMostSignificantBits());
                either += Vector256<float>.Count - BitOperations.PopCount((aIsZero & bIsZero).ExtractMostSignificantBits());
                opposite += BitOperations.PopCount(
                    Vector256.AndNot(Vector256.LessThan((a.AsInt32() ^ b.AsInt32()), default).AsSingle(), isCut).ExtractMostSignificantBits());
            }
        }

        for (; i < first.Length; i++)
        {
            var (a, b) = (T.Sign(first[i]), T.Sign(second[i]));
            both += a != 0 && b != 0 ? 1 : 0;
            either += a != 0 || b != 0 ? 1 : 0;
            opposite += a * b < 0 ? 1 : 0;
        }

        return new(both, either, opposite);
    }
}
