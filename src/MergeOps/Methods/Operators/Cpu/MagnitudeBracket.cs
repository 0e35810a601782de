namespace MergeOps.Methods.Operators.Cpu;

/// <summary>A range of float32 magnitudes, given by the high 16 bits of its ends, that should hold a cut.</summary>
internal sealed class MagnitudeBracket(int lowDigit, int highDigit)
{
    private const int LowBits = 15;
    private const int MaxDigits = 32;

    private readonly uint[] counts = highDigit - lowDigit < MaxDigits ? new uint[(highDigit - lowDigit + 1) << LowBits] : [];
    private long inside;

    /// <summary>Whether it is small enough to count each magnitude in it apart.</summary>
    public bool IsNarrow => counts.Length > 0;

    /// <summary>The bits of its smallest magnitude.</summary>
    public int Low => lowDigit << LowBits;

    /// <summary>The bits of its largest magnitude.</summary>
    public int High => Low + counts.Length - 1;

    /// <summary>How many elements lie above it.</summary>
    public long Above { get; set; }

    /// <summary>Counts an element in it.</summary>
    public void Add(int magnitude)
    {
        counts[magnitude - Low]++;
        inside++;
    }

    /// <summary>Places a cut that lies in it.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryPlace(MagnitudeCut cut)
    {
        var remaining = cut.Count - Above;
        if (remaining < 0 || remaining > inside)
        {
            return false;
        }

        var magnitude = counts.Length - 1;
        while (magnitude > 0 && remaining > counts[magnitude])
        {
            remaining -= counts[magnitude--];
        }

        cut.Place(Low + magnitude, remaining);
        return true;
    }
}
