namespace MergeOps.Methods.Operators.Cpu;

/// <summary>A range of float32 magnitudes, given by the high 16 bits of its ends, that should hold a cut.</summary>
internal sealed class MagnitudeBracket(int lowDigit, int highDigit)
{
    private const int LowBits = 15;
    private const int MaxDigits = 40;

    /// <summary>How often each magnitude in it occurs, ascending; empty where it is too wide for that.</summary>
    public uint[] Counts { get; } = highDigit - lowDigit < MaxDigits ? new uint[(highDigit - lowDigit + 1) << LowBits] : [];

    /// <summary>Whether it is small enough to count each magnitude in it apart.</summary>
    public bool IsNarrow => Counts.Length > 0;

    /// <summary>The bits of its smallest magnitude.</summary>
    public int Low => lowDigit << LowBits;

    /// <summary>The bits of its largest magnitude.</summary>
    public int High => Low + Counts.Length - 1;

    /// <summary>How many elements lie above it.</summary>
    public long Above { get; set; }

    /// <summary>How many elements lie in it.</summary>
    public long Inside { get; set; }

    /// <summary>Places a cut that lies in it.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryPlace(MagnitudeCut cut)
    {
        var remaining = cut.Count - Above;
        if (remaining < 0 || remaining > Inside)
        {
            return false;
        }

        var magnitude = Counts.Length - 1;
        while (magnitude > 0 && remaining > Counts[magnitude])
        {
            remaining -= Counts[magnitude--];
        }

        cut.Place(Low + magnitude, remaining);
        return true;
    }
}
