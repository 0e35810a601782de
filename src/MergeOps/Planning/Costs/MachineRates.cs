namespace MergeOps.Planning.Costs;

/// <summary>How fast a machine merges, as one of its merges showed. The slower of disk and processors decides, since they work at once.</summary>
/// <param name="Start">Seconds until tensors come at their pace.</param>
/// <param name="PerByte">Seconds for each byte that moves, arithmetic hidden behind it.</param>
/// <param name="PerArithmetic">Seconds of one processor for each unit of <see cref="MergeCost.Arithmetic"/>.</param>
/// <param name="Threads">How many threads worked.</param>
/// <param name="Measured">What the merge took by which this is known.</param>
internal sealed record MachineRates(double Start, double PerByte, double PerArithmetic, int Threads, MergeCost Measured)
{
    /// <summary>The least bytes that tell something.</summary>
    public const long LeastBytes = 64_000_000;

    // so many times more bytes tell more than a method with less arithmetic
    private const int MuchLarger = 8;

    /// <summary>The rates that a merge shows; null where it was too small.</summary>
    /// <param name="cost">What it took.</param>
    /// <param name="start">Its time until tensors came at their pace.</param>
    /// <param name="rest">The time of everything after that.</param>
    /// <param name="processors">The time of all processors in the rest.</param>
    /// <param name="threads">How many threads worked.</param>
    public static MachineRates? Of(MergeCost cost, TimeSpan start, TimeSpan rest, TimeSpan processors, int threads) => cost.BytesMoved < LeastBytes
        ? null
        : new(start.TotalSeconds, rest.TotalSeconds / cost.BytesMoved, processors.TotalSeconds / cost.Arithmetic, threads, cost);

    /// <summary>How many seconds a merge takes.</summary>
    public double SecondsOf(MergeCost cost) => Start + Math.Max(cost.BytesMoved * PerByte, cost.Arithmetic * PerArithmetic / Threads);

    /// <summary>Whether this says more of a machine than what is known of it: less arithmetic hides less of what the disk does.</summary>
    public bool SaysMoreThan(MachineRates known) => Density(Measured) <= Density(known.Measured) || Measured.BytesMoved > MuchLarger * known.Measured.BytesMoved;

    private static double Density(MergeCost cost) => cost.Arithmetic / cost.BytesMoved;
}
