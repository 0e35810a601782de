namespace MergeOps.Methods.Operators;

/// <summary>
/// The place between a number of largest magnitudes of a tensor and the rest. Magnitudes are the integers of their bits,
/// which are ordered like the numbers; among equal ones the lowest index counts as the larger.
/// </summary>
internal sealed class MagnitudeCut
{
    /// <summary>How many of the largest magnitudes lie above the cut.</summary>
    public long Count { get; private set; }

    /// <summary>The magnitude next above the cut; while it is searched for, its known high digits.</summary>
    public long Threshold { get; private set; }

    /// <summary>How many of the magnitudes equal to the threshold (or sharing its known digits) lie above the cut.</summary>
    public long Remaining { get; private set; }

    /// <summary>How many elements equal to the threshold this pass has put above the cut.</summary>
    public long Taken { get; set; }

    /// <summary>Whether the next element equal to the threshold lies above the cut.</summary>
    public bool TakesEqual => Taken < Remaining;

    /// <summary>Starts the search for the cut below so many of the largest magnitudes.</summary>
    public void Start(long count) => (Count, Threshold, Remaining) = (count, 0, count);

    /// <summary>Finds the next digit of the threshold from the counts of the elements that share the known ones.</summary>
    public void Descend(ReadOnlySpan<uint> counts, int digitBits)
    {
        var digit = counts.Length - 1;
        while (digit > 0 && Remaining > counts[digit])
        {
            Remaining -= counts[digit--];
        }

        Threshold = (Threshold << digitBits) | (long)digit;
    }

    /// <summary>Puts the cut at a place that is known otherwise.</summary>
    public void Place(long threshold, long remaining) => (Threshold, Remaining) = (threshold, remaining);

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

        Taken++;
        return true;
    }
}
