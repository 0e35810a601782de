using System.Numerics;

namespace MergeOps.Analysis.Sums;

/// <summary>How many entries of a vector have which size, by powers of two; zeros are in none.</summary>
internal sealed class SizeHistogram
{
    /// <summary>The exponent of the first bin, which also takes what is smaller.</summary>
    public const int FirstExponent = -48;

    /// <summary>How many bins there are; the last one also takes what is larger.</summary>
    public const int BinCount = 64;

    // of a float64
    private const int FractionBits = 52;
    private const int ExponentMask = 0x7ff;
    private const int ExponentBias = 1023;

    private readonly double[] bins = new double[BinCount];

    /// <summary>The entries from 2^(<see cref="FirstExponent"/> + i) on and below twice that.</summary>
    public IReadOnlyList<double> Bins => bins;

    /// <summary>Counts entries, each as so many.</summary>
    public void Add<T>(ReadOnlySpan<T> entries, double weight)
        where T : unmanaged, INumber<T>
    {
        foreach (var entry in entries)
        {
            if (entry != T.Zero)
            {
                var exponent = (int)((BitConverter.DoubleToInt64Bits(double.CreateTruncating(entry)) >> FractionBits) & ExponentMask) - ExponentBias;
                bins[Math.Clamp(exponent - FirstExponent, 0, BinCount - 1)] += weight;
            }
        }
    }

    /// <summary>Adds other counts, each times a factor.</summary>
    public void Add(SizeHistogram other, double factor)
    {
        for (var i = 0; i < BinCount; i++)
        {
            bins[i] += other.bins[i] * factor;
        }
    }
}
