namespace MergeOps.Methods.Operators.Cpu;

/// <summary>
/// The place between the <c>count</c> largest magnitudes of a tensor and the rest, found digit by digit from the
/// histograms of the magnitudes' bits.
/// </summary>
internal sealed class MagnitudeCut(long count)
{
    private long taken;

    /// <summary>The high digits of the threshold that are known so far; all of its bits after the last scan.</summary>
    public long Threshold { get; private set; }

    /// <summary>How many of the magnitudes that share these digits lie above the cut.</summary>
    public long Remaining { get; private set; } = count;

    /// <summary>Whether an element equal to the threshold would still lie above the cut.</summary>
    public bool TakesEqual => taken < Remaining;

    /// <summary>Finds the next digit of the threshold from the counts of the elements that share the known ones.</summary>
    public void Descend(ReadOnlySpan<uint> histogram, int digitBits)
    {
        var digit = histogram.Length - 1;
        while (digit > 0 && Remaining > histogram[digit])
        {
            Remaining -= histogram[digit--];
        }

        Threshold = (Threshold << digitBits) | (long)digit;
    }

    /// <summary>Ends the search. Zeros need not be told apart, so a threshold of zero puts every element above the cut.</summary>
    public void Settle() => Threshold = Threshold == 0 ? -1 : Threshold;

    /// <summary>Forgets the equal elements that <see cref="Take"/> has seen.</summary>
    public void Rewind() => taken = 0;

    /// <summary>Whether the next element of a pass lies above the cut.</summary>
    public bool Take(long magnitude)
    {
        if (magnitude != Threshold)
        {
            return magnitude > Threshold;
        }

        if (!TakesEqual)
        {
            return false;
        }

        taken++;
        return true;
    }
}
