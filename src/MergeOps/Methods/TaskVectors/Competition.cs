using System.Runtime.InteropServices;
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
        var high = pass < RankSearch.Passes ? Array.ConvertAll(keys, _ => RankSearch.Room()) : [];
        var largest = Array.ConvertAll(keys, _ => float.NegativeInfinity);
        var bounds = pass < RankSearch.Passes ? [] : Array.ConvertAll(known, entry => entry.Bounds);
        inputs.Scan(tile =>
        {
            var deltas = CompetitionTile.Deltas(Vectors.Of(tile, fromBase: true));
            if (bounds is [])
            {
                foreach (var (model, delta) in deltas.Index())
                {
                    foreach (var change in delta)
                    {
                        var magnitude = (float)Math.Abs(change);
                        RankSearch.Count(low[model], known[model].Low.Known, pass, magnitude);
                        RankSearch.Count(high[model], known[model].High.Known, pass, magnitude);
                    }
                }

                return;
            }

            foreach (var (model, balances) in CompetitionTile.Balances(deltas, bounds).Index())
            {
                foreach (var balance in balances)
                {
                    RankSearch.Count(low[model], known[model].Least.Known, pass - RankSearch.Passes, balance);
                    largest[model] = Math.Max(largest[model], balance);
                }
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
    /// <summary>A change within the magnitudes; none stays none.</summary>
    public double Cut(double change) => change == 0 ? 0 : Math.CopySign(Math.Clamp(Math.Abs(change), Low, Math.Max(Low, High)), change);

    /// <summary>How much a balance counts, from 0 to 1.</summary>
    public double ScoreOf(float balance) => balance < Least ? 0 : Largest > Least ? Math.Min(1, ((double)balance - Least) / ((double)Largest - Least)) : 1;
}
