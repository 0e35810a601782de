using System.Runtime.InteropServices;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>
/// For each model the magnitude of which so many entries of its task vector are not smaller, over all tensors that have one
/// density: the bits of the number are found from the highest on, so many in each pass, by counting the entries that share them.
/// </summary>
/// <param name="density">The share of the entries that is kept, of each model.</param>
/// <param name="isDouble">Whether a tensor is merged in float64.</param>
internal sealed class ModelThresholds(NumberParameter density, bool isDouble) : ModelScan
{
    private const int DigitBits = 16;

    private readonly Dictionary<(int Model, double Density), Search> searches = [];
    private readonly Lock adding = new();
    private int pass;

    /// <summary>How often the model is passed.</summary>
    /// <param name="isDouble">Whether a tensor is merged in float64.</param>
    public static int PassesOf(bool isDouble) => isDouble ? 4 : 2;

    /// <inheritdoc/>
    public override bool NeedsPass => pass < PassesOf(isDouble);

    private int Shift => ((isDouble ? 64 : 32) / DigitBits - 1 - pass) * DigitBits;

    /// <summary>The magnitude that a model's entries must reach.</summary>
    /// <param name="model">The model's number in the plan.</param>
    /// <param name="share">The density.</param>
    public double Of(int model, double share)
    {
        var bits = searches[(model, share)].Known;
        return isDouble ? BitConverter.Int64BitsToDouble(bits) : BitConverter.Int32BitsToSingle((int)bits);
    }

    /// <inheritdoc/>
    public override void Look(ITensorInputs inputs)
    {
        (int Input, (int Model, double Density) Key, long[] Counts)[] wanted =
        [
            .. from input in Enumerable.Range(0, inputs.Models.Length)
               let share = density.Of(inputs.Models[input])
               where share < 1
               select (input, (inputs.ModelNumbers[input], share), new long[1 << DigitBits]),
        ];
        var known = Array.ConvertAll(wanted, each => KnownOf(each.Key));
        inputs.Scan(tile =>
        {
            var deltas = Vectors.Of(tile, fromBase: true);
            foreach (var (index, (input, _, counts)) in wanted.Index())
            {
                Count(deltas[input].cpu(), known[index], counts);
            }
        });
        lock (adding)
        {
            foreach (var (_, key, counts) in wanted)
            {
                var search = CollectionsMarshal.GetValueRefOrAddDefault(searches, key, out _) ??= new();
                search.Add(counts);
            }
        }
    }

    /// <inheritdoc/>
    public override void EndPass()
    {
        foreach (var (key, search) in searches)
        {
            search.Descend(key.Density, isFirst: pass == 0);
        }

        pass++;
    }

    private long KnownOf((int Model, double Density) key)
    {
        lock (adding)
        {
            return searches.TryGetValue(key, out var search) ? search.Known : 0;
        }
    }

    private void Count(torch.Tensor delta, long known, long[] counts)
    {
        var shift = Shift;
        if (delta.IsDouble())
        {
            foreach (var bits in MemoryMarshal.Cast<double, long>(delta.AsSpan<double>()))
            {
                Add(bits & long.MaxValue);
            }
        }
        else if (isDouble)
        {
            foreach (var number in delta.AsSpan<float>())
            {
                Add(BitConverter.DoubleToInt64Bits(number) & long.MaxValue);
            }
        }
        else
        {
            foreach (var bits in MemoryMarshal.Cast<float, int>(delta.AsSpan<float>()))
            {
                Add(bits & int.MaxValue);
            }
        }

        void Add(long magnitude)
        {
            var high = magnitude >> shift;
            if (high >> DigitBits == known)
            {
                counts[high & ((1 << DigitBits) - 1)]++;
            }
        }
    }

    /// <summary>The search for one threshold.</summary>
    private sealed class Search
    {
        private readonly long[] counts = new long[1 << DigitBits];
        private long remaining;

        /// <summary>The high digits of the threshold that are known.</summary>
        public long Known { get; private set; }

        public void Add(long[] more)
        {
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] += more[i];
            }
        }

        public void Descend(double share, bool isFirst)
        {
            remaining = isFirst ? Math.Max(1, (long)(share * counts.Sum())) : remaining;
            var digit = counts.Length - 1;
            while (digit > 0 && remaining > counts[digit])
            {
                remaining -= counts[digit--];
            }

            Known = (Known << DigitBits) | (long)digit;
            Array.Clear(counts);
        }
    }
}
