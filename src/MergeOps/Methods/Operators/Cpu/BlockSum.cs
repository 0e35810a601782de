using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Tensors;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// A running float64 sum of products. The order of additions depends on the element's index alone: 32 lanes run down
/// each block of 4096 elements, are folded in halves at its end, and the blocks follow one another.
/// </summary>
internal sealed class BlockSum
{
    public const int LaneCount = 32;
    public const int BlockLength = 4096;

    private readonly double[] lanes = new double[LaneCount];
    private double total;
    private int position;

    /// <summary>The sum so far.</summary>
    public double Value => total + Fold(lanes);

    /// <summary>Starts a new sum.</summary>
    public void Restart()
    {
        Array.Clear(lanes);
        (total, position) = (0, 0);
    }

    /// <summary>Adds Σ a·b.</summary>
    public void AddProducts<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, INumber<T> => Add<T, Product>(a, b);

    /// <summary>Adds Σ |a|.</summary>
    public void AddMagnitudes<T>(ReadOnlySpan<T> a)
        where T : unmanaged, INumber<T> => Add<T, Magnitude>(a, a);

    private void Add<T, TTerm>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, INumber<T>
        where TTerm : ITerm
    {
        while (a.Length > 0)
        {
            var length = Math.Min(a.Length, BlockLength - position);
            AddWithinBlock<T, TTerm>(a[..length], b[..length]);
            a = a[length..];
            b = b[length..];
            position += length;
            if (position == BlockLength)
            {
                total += Fold(lanes);
                Array.Clear(lanes);
                position = 0;
            }
        }
    }

    private void AddWithinBlock<T, TTerm>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, INumber<T>
        where TTerm : ITerm
    {
        var lane = position % LaneCount;
        var head = lane == 0 ? 0 : Math.Min(a.Length, LaneCount - lane);
        AddSingly<T, TTerm>(a[..head], b[..head], lane);
        var body = (a.Length - head) / LaneCount * LaneCount;
        AddRows<T, TTerm>(a.Slice(head, body), b.Slice(head, body));
        AddSingly<T, TTerm>(a[(head + body)..], b[(head + body)..], 0);
    }

    private void AddSingly<T, TTerm>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, int lane)
        where T : unmanaged, INumber<T>
        where TTerm : ITerm
    {
        for (var i = 0; i < a.Length; i++)
        {
            lanes[lane + i] += TTerm.Of(double.CreateTruncating(a[i]), double.CreateTruncating(b[i]));
        }
    }

    [MethodImpl(Compile.AtOnce)]
    private void AddRows<T, TTerm>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, INumber<T>
        where TTerm : ITerm
    {
        ref var s = ref MemoryMarshal.GetArrayDataReference(lanes);
        var (s0, s1) = (Vector256.LoadUnsafe(ref s, 0), Vector256.LoadUnsafe(ref s, 4));
        var (s2, s3) = (Vector256.LoadUnsafe(ref s, 8), Vector256.LoadUnsafe(ref s, 12));
        var (s4, s5) = (Vector256.LoadUnsafe(ref s, 16), Vector256.LoadUnsafe(ref s, 20));
        var (s6, s7) = (Vector256.LoadUnsafe(ref s, 24), Vector256.LoadUnsafe(ref s, 28));
        ref var x = ref MemoryMarshal.GetReference(a);
        ref var y = ref MemoryMarshal.GetReference(b);
        for (nuint i = 0; i < (nuint)a.Length; i += LaneCount)
        {
            s0 += TTerm.Of(Lanes.LoadWide(ref x, i), Lanes.LoadWide(ref y, i));
            s1 += TTerm.Of(Lanes.LoadWide(ref x, i + 4), Lanes.LoadWide(ref y, i + 4));
            s2 += TTerm.Of(Lanes.LoadWide(ref x, i + 8), Lanes.LoadWide(ref y, i + 8));
            s3 += TTerm.Of(Lanes.LoadWide(ref x, i + 12), Lanes.LoadWide(ref y, i + 12));
            s4 += TTerm.Of(Lanes.LoadWide(ref x, i + 16), Lanes.LoadWide(ref y, i + 16));
            s5 += TTerm.Of(Lanes.LoadWide(ref x, i + 20), Lanes.LoadWide(ref y, i + 20));
            s6 += TTerm.Of(Lanes.LoadWide(ref x, i + 24), Lanes.LoadWide(ref y, i + 24));
            s7 += TTerm.Of(Lanes.LoadWide(ref x, i + 28), Lanes.LoadWide(ref y, i + 28));
        }

        s0.StoreUnsafe(ref s, 0);
        s1.StoreUnsafe(ref s, 4);
        s2.StoreUnsafe(ref s, 8);
        s3.StoreUnsafe(ref s, 12);
        s4.StoreUnsafe(ref s, 16);
        s5.StoreUnsafe(ref s, 20);
        s6.StoreUnsafe(ref s, 24);
        s7.StoreUnsafe(ref s, 28);
    }

    private static double Fold(ReadOnlySpan<double> lanes)
    {
        Span<double> sums = stackalloc double[LaneCount];
        lanes.CopyTo(sums);
        for (var half = LaneCount / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }

        return sums[0];
    }

    private interface ITerm
    {
        static abstract double Of(double a, double b);

        static abstract Vector256<double> Of(Vector256<double> a, Vector256<double> b);
    }

    private readonly struct Product : ITerm
    {
        public static double Of(double a, double b) => a * b;

        public static Vector256<double> Of(Vector256<double> a, Vector256<double> b) => a * b;
    }

    private readonly struct Magnitude : ITerm
    {
        public static double Of(double a, double b) => Math.Abs(a);

        public static Vector256<double> Of(Vector256<double> a, Vector256<double> b) => Vector256.Abs(a);
    }
}
