using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods.TaskVectors;

/// <summary>
/// What parameter competition balancing must know of whole models: between which magnitudes the changes of each lie but for the
/// outermost ones, and which balance the best of them have. Four passes: two for the magnitudes, two for the balance.
/// </summary>
/// <param name="density">The share of the entries whose balance counts, of each model.</param>
internal sealed class Competition(NumberParameter density) : ModelScan
{
    /// <summary>How often the model is passed.</summary>
    public const int Passes = 2 * RankSearch.Passes;

    // the share of the entries at either end whose magnitudes are cut
    private const double Outermost = 1e-4;

    private readonly Dictionary<(int Model, double Density), Entry> entries = [];
    private readonly Lock adding = new();
    private int pass;

    /// <inheritdoc/>
    public override bool NeedsPass => pass < Passes;

    /// <summary>What is known of a model.</summary>
    /// <param name="model">The model's number in the plan.</param>
    /// <param name="share">Its density.</param>
    public CompetitionBounds Of(int model, double share) => entries[(model, share)].Bounds;

    /// <inheritdoc/>
    public override void Look(ITensorInputs inputs)
    {
        (int Model, double Density)[] keys = [.. inputs.Models.Select((model, index) => (inputs.ModelNumbers[index], density.Of(model)))];
        var known = Array.ConvertAll(keys, Find);
        var low = Array.ConvertAll(keys, _ => RankSearch.Room());
        var high = pass == RankSearch.Passes - 1 ? Array.ConvertAll(keys, _ => RankSearch.Room()) : low;
        var largest = Array.ConvertAll(keys, _ => float.NegativeInfinity);
        var bounds = pass < RankSearch.Passes ? [] : Array.ConvertAll(known, entry => entry.Bounds);
        var run = new CompetitionTile(keys.Length);
        inputs.Scan(tile =>
        {
            run.Take(Vectors.Of(tile, fromBase: true));
            if (bounds is [])
            {
                run.Measure();
                for (var model = 0; model < keys.Length; model++)
                {
                    RankSearch.Count(low[model], known[model].Low.Known, pass, run.NumbersOf(model));
                    if (high[model] != low[model])
                    {
                        RankSearch.Count(high[model], known[model].High.Known, pass, run.NumbersOf(model));
                    }
                }

                return;
            }

            run.Balance(bounds);
            for (var model = 0; model < keys.Length; model++)
            {
                RankSearch.Count(low[model], known[model].Least.Known, pass - RankSearch.Passes, run.NumbersOf(model));
                largest[model] = Math.Max(largest[model], run.LargestOf(model));
            }
        });
        lock (adding)
        {
            foreach (var (model, entry) in known.Index())
            {
                if (pass < RankSearch.Passes)
                {
                    entry.Low.Add(low[model]);
                    entry.High.Add(high[model]);
                }
                else
                {
                    entry.Least.Add(low[model]);
                    entry.Largest = Math.Max(entry.Largest, largest[model]);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void EndPass()
    {
        foreach (var ((_, share), entry) in entries)
        {
            if (pass < RankSearch.Passes)
            {
                entry.Low.Descend(count => (long)(count * Outermost));
                entry.High.Descend(count => (long)((count * (1 - Outermost)) - 1));
            }
            else
            {
                entry.Least.Descend(count => (long)(count * (1 - share)));
            }
        }

        pass++;
    }

    private Entry Find((int Model, double Density) key)
    {
        lock (adding)
        {
            return CollectionsMarshal.GetValueRefOrAddDefault(entries, key, out _) ??= new();
        }
    }

    private sealed class Entry
    {
        public RankSearch Low { get; } = new();

        public RankSearch High { get; } = new();

        public RankSearch Least { get; } = new();

        public float Largest { get; set; } = float.NegativeInfinity;

        public CompetitionBounds Bounds => new(Low.Number, High.Number, Least.Number, Largest);
    }
}

/// <summary>What is known of one model.</summary>
/// <param name="Low">The least magnitude.</param>
/// <param name="High">The largest magnitude.</param>
/// <param name="Least">The balance that counts for nothing.</param>
/// <param name="Largest">The balance that counts fully.</param>
internal readonly record struct CompetitionBounds(float Low, float High, float Least, float Largest)
{
    /// <summary>The magnitudes of changes from 0, the least, to 1, the largest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Place(Vector512<double> changes)
    {
        var range = (double)High - Low;
        return range > 0
            ? (Vector512.Min(Vector512.Max(Vector512.Abs(changes), Vector512.Create((double)Low)), Vector512.Create((double)High)) - Vector512.Create((double)Low)) / Vector512.Create(range)
            : Vector512<double>.Zero;
    }

    /// <summary>Changes within the magnitudes; none stays none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> Cut(Vector512<double> changes)
    {
        var cut = Vector512.Min(Vector512.Max(Vector512.Abs(changes), Vector512.Create((double)Low)), Vector512.Create((double)Math.Max(Low, High)));
        return Vector512.ConditionalSelect(Vector512.Equals(changes, Vector512<double>.Zero), Vector512<double>.Zero, Vector512.CopySign(cut, changes));
    }

    /// <summary>How much balances count, from 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> ScoreOf(Vector512<double> balances)
    {
        var (least, range) = (Vector512.Create((double)Least), (double)Largest - Least);
        var score = range > 0 ? Vector512.Min(Vector512<double>.One, (balances - least) / Vector512.Create(range)) : Vector512<double>.One;
        return Vector512.ConditionalSelect(Vector512.LessThan(balances, least), Vector512<double>.Zero, score);
    }
}
