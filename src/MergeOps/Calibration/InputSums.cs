using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>
/// Adds up what goes into projections, in float64: x xᵀ for Grams, |x| for activations, once for each distinct input. What does
/// not fit into the memory at once is added up in a further pass over the same layer.
/// </summary>
/// <param name="kind">Gram or activation.</param>
/// <param name="room">Bytes for the sums of a pass.</param>
internal sealed class InputSums(StatisticKind kind, long room) : IDisposable
{
    private readonly Dictionary<string, Sum> sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> inputs = new(StringComparer.Ordinal);
    private readonly HashSet<string> done = new(StringComparer.Ordinal);
    private readonly HashSet<string> left = new(StringComparer.Ordinal);
    private readonly List<(Tensor Input, string Weight)> seen = [];
    private TokenRows? rows;
    private long used;

    /// <summary>Whether inputs were left for another pass.</summary>
    public bool IsLeft => left.Count > 0;

    /// <summary>A batch goes through the layer.</summary>
    public void Begin(TokenRows batch)
    {
        rows = batch;
        seen.Clear();
    }

    /// <summary>Takes an input of a projection.</summary>
    public void Observe(string weight, Tensor input, Tensor? tokens)
    {
        if (seen.Find(known => ReferenceEquals(known.Input, input)).Weight is { } shared)
        {
            inputs[weight] = shared;
            return;
        }

        seen.Add((input, weight));
        if (done.Contains(weight) || left.Contains(weight) || Find(weight, input.shape[^1]) is not { } sum)
        {
            return;
        }

        using var scope = NewDisposeScope();
        var x = Kept(input.reshape(-1, input.shape[^1]), tokens).to(ScalarType.Float64).cpu();
        sum.Tokens += x.shape[0];
        if (kind is StatisticKind.Gram)
        {
            sum.Values.addmm_(x.t(), x);
        }
        else
        {
            sum.Values.add_(x.abs().sum([0L]), Scalars.One);
        }
    }

    /// <summary>Writes the means of a pass.</summary>
    /// <param name="part">Takes them.</param>
    /// <param name="allTokens">The tokens of all sequences.</param>
    public void Write(PartFile part, long allTokens)
    {
        foreach (var (weight, sum) in sums)
        {
            using var scope = NewDisposeScope();
            var mean = sum.Values.div(Scalars.Of(sum.Tokens));
            // two roundings of one number must not differ
            mean = kind is StatisticKind.Gram ? mean.add(mean.t(), Scalars.One).div(Scalars.Of(2)) : mean;
            foreach (var name in kind is StatisticKind.Gram ? [weight] : inputs.Where(pair => pair.Value == weight).Select(pair => pair.Key).Prepend(weight))
            {
                part.Add(new(name, kind is StatisticKind.Gram ? DType.F64 : DType.F32, mean.shape) { Tokens = sum.Tokens == allTokens ? null : sum.Tokens }, mean);
            }

            foreach (var (name, _) in inputs.Where(pair => kind is StatisticKind.Gram && pair.Value == weight))
            {
                part.Share(name, weight);
            }

            done.Add(weight);
            sum.Values.Dispose();
        }

        sums.Clear();
        left.Clear();
        used = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sum in sums.Values)
        {
            sum.Values.Dispose();
        }
    }

    private Sum? Find(string weight, long size)
    {
        if (sums.TryGetValue(weight, out var known))
        {
            return known;
        }

        var bytes = (kind is StatisticKind.Gram ? size * size : size) * sizeof(double);
        if (used + bytes > room)
        {
            if (used == 0)
            {
                throw new MergeOpsException(
                    Codes.MemoryTooSmall, $"The sums of {weight}'s inputs take {ByteText.Of(bytes)}, and {ByteText.Of(Math.Max(0, room))} are left for them. Give --max-memory that much more.");
            }

            left.Add(weight);
            return null;
        }

        used += bytes;
        var values = zeros(kind is StatisticKind.Gram ? [size, size] : [size], dtype: ScalarType.Float64).DetachFromDisposeScope();
        return sums[weight] = new(values);
    }

    // what fills rows is no token
    private Tensor Kept(Tensor flat, Tensor? tokens) =>
        rows!.IsFull ? flat
        : tokens is null ? flat.index_select(0, rows.Places())
        : flat.index_select(0, rows.Tokens().index_select(0, tokens.cpu()).nonzero().squeeze(1));

    private sealed class Sum(Tensor values)
    {
        public Tensor Values => values;

        public long Tokens { get; set; }
    }
}
