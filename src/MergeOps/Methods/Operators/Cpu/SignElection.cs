using System.Numerics;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The loops of an election of signs: each term is a factor times a delta, and counts where it has the elected sign.</summary>
internal static class SignElection
{
    /// <summary>Where the term's sign is that of <paramref name="sums"/>: adds it to <paramref name="kept"/>, and its weight to <paramref name="divisors"/>.</summary>
    public static void AddAgreeing<T>(
        ReadOnlySpan<T> delta, T factor, T weight, ReadOnlySpan<T> sums, Span<T> kept, Span<T> divisors)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= kept.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var term = new Vector<T>(delta[i..]) * factor;
            var agrees = Vector.ConditionalSelect(
                Vector.GreaterThanOrEqual(new Vector<T>(sums[i..]), Vector<T>.Zero),
                Vector.GreaterThan(term, Vector<T>.Zero),
                Vector.LessThan(term, Vector<T>.Zero));
            (new Vector<T>(kept[i..]) + (term & agrees)).CopyTo(kept[i..]);
            (new Vector<T>(divisors[i..]) + (new Vector<T>(weight) & agrees)).CopyTo(divisors[i..]);
        }

        for (; i < kept.Length; i++)
        {
            var term = delta[i] * factor;
            if (sums[i] >= T.Zero ? term > T.Zero : term < T.Zero)
            {
                kept[i] += term;
                divisors[i] += weight;
            }
        }
    }

    /// <summary>kept /= divisor, where that is zero by 1.</summary>
    public static void Normalize<T>(Span<T> kept, ReadOnlySpan<T> divisors)
        where T : unmanaged, INumber<T>
    {
        var i = 0;
        for (; i <= kept.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var divisor = new Vector<T>(divisors[i..]);
            divisor = Vector.ConditionalSelect(Vector.Equals(divisor, Vector<T>.Zero), Vector<T>.One, divisor);
            (new Vector<T>(kept[i..]) / divisor).CopyTo(kept[i..]);
        }

        for (; i < kept.Length; i++)
        {
            kept[i] /= divisors[i] == T.Zero ? T.One : divisors[i];
        }
    }
}
