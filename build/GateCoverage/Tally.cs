using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Evaluation.Gates;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace GateCoverage;

/// <summary>What intervals and gates did in many trials of one cell whose truth is known.</summary>
internal sealed class Tally
{
    /// <summary>The trials of a cell: the standard error of a share near 95 % is 0.2 points, near 2.5 % 0.16.</summary>
    public const int Trials = 10_000;

    // a bound that the truth just fails: the hardest case for a gate that must not pass
    private const double JustBeyond = 1e-9;

    private int withInterval;
    private int covered;
    private int passedMin;
    private int passedMax;
    private int undecided;

    /// <summary>The share of intervals that hold the truth; NaN when there was none.</summary>
    public double Coverage => (double)covered / withInterval;

    /// <summary>The share of trials in which a gate passed that the truth just fails, of the worse side.</summary>
    public double FalsePasses => (double)Math.Max(passedMin, passedMax) / Trials;

    /// <summary>The share of trials in which that gate was undecided, of both sides.</summary>
    public double Undecided => undecided / (2.0 * Trials);

    /// <summary>Runs a cell; its name alone decides the random numbers, so cells can run in any order.</summary>
    /// <param name="cell">The cell's name.</param>
    /// <param name="truth">The true value.</param>
    /// <param name="measure">Measures once.</param>
    public static Tally Of(string cell, double truth, Func<Draws, Measured> measure)
    {
        var tally = new Tally();
        var draws = Draws.For(cell);
        for (var trial = 0; trial < Trials; trial++)
        {
            tally.Add(measure(draws), truth);
        }

        return tally;
    }

    /// <summary>The shares of trials in which a gate passes, fails and is undecided.</summary>
    public static (double Passed, double Failed, double Undecided) Verdicts(string cell, double min, Func<Draws, Measured> measure)
    {
        var draws = Draws.For(cell);
        var counts = new int[3];
        for (var trial = 0; trial < Trials; trial++)
        {
            counts[(int)GateDecision.Of(measure(draws), new GateBound(min, ""), null).Verdict]++;
        }

        return ((double)counts[0] / Trials, (double)counts[1] / Trials, (double)counts[2] / Trials);
    }

    /// <summary><c>97.3</c>: a share in percent; a dash where there is none.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : (100 * share).ToString("0.0", CultureInfo.InvariantCulture);

    private void Add(Measured measured, double truth)
    {
        if (measured.Interval is { } interval)
        {
            withInterval++;
            covered += interval.Lower <= truth + JustBeyond && truth - JustBeyond <= interval.Upper ? 1 : 0;
        }

        var (least, most) = (
            GateDecision.Of(measured, new GateBound(truth + JustBeyond, ""), null).Verdict,
            GateDecision.Of(measured, null, new GateBound(truth - JustBeyond, "")).Verdict);
        passedMin += least == GateVerdict.Passed ? 1 : 0;
        passedMax += most == GateVerdict.Passed ? 1 : 0;
        undecided += (least == GateVerdict.Undecided ? 1 : 0) + (most == GateVerdict.Undecided ? 1 : 0);
    }
}

/// <summary>Random numbers whose sequence is fixed for ever.</summary>
internal sealed class Draws(ulong seed)
{
    private SplitMix64 random = new(seed);

    /// <summary>The sequence of a name.</summary>
    public static Draws For(string name) => new(BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(name))));

    /// <summary>Uniform from 0 to below 1.</summary>
    public double Uniform() => (random.Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal (G. E. P. Box, M. E. Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());
}
