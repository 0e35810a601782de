using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using MergeOps.Evaluation.Intervals;

namespace MergeOps.Analysis;

/// <summary>Which runs of a tensor's entries a sample reads: spread over it, one at a random place of each of many equal parts.</summary>
/// <param name="Share">The share of the entries, above 0; at 1 all of them.</param>
/// <param name="Seed">The same seed reads the same entries.</param>
internal sealed record Sampling(double Share, ulong Seed)
{
    private const int MostRuns = 4096;
    private const int Piece = 1 << 18;

    // many runs, since neighbors are alike, and several for each group, so that each group is a small sample of its own
    private const int ManyRuns = Sums.SampledSums.GroupCount * 4;

    // of a sample that must stay within its share: what headers take of that, the least share of it that large tensors keep, and the step to it
    private const double Headers = 0.02;
    private const double LeastDensity = 0.5;
    private const double Slower = 0.995;

    /// <summary>Entries of a tensor that is small enough to be read whole.</summary>
    public const long Whole = 1 << 14;

    /// <summary>The fewest entries of a run: what lies on a disk is read in short runs.</summary>
    public int LeastRun { get; init; } = 16;

    /// <summary>The entries of a run of a large tensor.</summary>
    public int UsualRun { get; init; } = 256;

    /// <summary>Whether tensors whose names differ in their numbers are read at the same places.</summary>
    public bool IgnoresLayers { get; init; }

    /// <summary>The share by which runs are laid out: that which was asked for, lowered by what is read beyond it.</summary>
    private double Density { get; init; } = Share;

    /// <summary>The entries of the tensors that together are read within the share; empty where each is by itself.</summary>
    private ImmutableArray<long> Sizes { get; init; } = [];

    /// <summary>The same sample in longer and fewer runs, for files that are read over a network.</summary>
    public Sampling OverNetwork() => (this with { LeastRun = 2048, UsualRun = 8192, Density = Share }).Within(Sizes);

    /// <summary>The same sample of no more than its share of tensors together, though small ones are read whole: large ones are read the more sparsely, up to a limit.</summary>
    /// <param name="sizes">The entries of each tensor.</param>
    public Sampling Within(ImmutableArray<long> sizes)
    {
        var most = Share * (1 - Headers) * sizes.Sum();
        var limited = this with { Sizes = sizes };
        while (limited.Density > LeastDensity * Share && sizes.Sum(limited.ReadOf) is var read && read > most)
        {
            limited = limited with { Density = limited.Density * Math.Min(most / read, Slower) };
        }

        return limited;
    }

    /// <summary>The runs, ascending; one of all entries for a small tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="elements">How many entries it has.</param>
    public IEnumerable<(long Start, int Length)> RunsOf(string name, long elements)
    {
        if (elements <= Whole)
        {
            return [(0, (int)elements)];
        }

        var (runs, part, length) = Layout(elements);
        return length >= part ? Pieces(elements) : Runs(name, runs, part, length);
    }

    private double ReadOf(long elements) =>
        elements > Whole && Layout(elements) is var (runs, part, length) && length < part ? (double)runs * length : elements;

    private (int Runs, long Part, int Length) Layout(long elements)
    {
        var wanted = Math.Max(Density * elements, LeastRun);
        var runs = (int)Math.Clamp(wanted / UsualRun, Math.Clamp(wanted / LeastRun, 1, ManyRuns), MostRuns);
        return (runs, elements / runs, (int)Math.Max(LeastRun, wanted / runs));
    }

    // all of a large tensor, in pieces that memory holds
    private static IEnumerable<(long Start, int Length)> Pieces(long elements)
    {
        for (var start = 0L; start < elements; start += Piece)
        {
            yield return (start, (int)Math.Min(Piece, elements - start));
        }
    }

    private IEnumerable<(long Start, int Length)> Runs(string name, int runs, long part, int length)
    {
        var random = new SplitMix64(Seed ^ XxHash3.HashToUInt64(MemoryMarshal.AsBytes((IgnoresLayers ? string.Concat(name.Where(letter => !char.IsAsciiDigit(letter))) : name).AsSpan())));
        for (var run = 0; run < runs; run++)
        {
            yield return ((run * part) + (long)Math.BigMul(random.Next(), (ulong)(part - length + 1), out _), length);
        }
    }
}
