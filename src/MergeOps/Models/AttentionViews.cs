using MergeOps.Architectures.Decoders;
using MergeOps.Architectures.Decoders.Rotary;
using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>How an input turns the heads of a layer and what its positions see.</summary>
/// <param name="Cosine">Of the angles, [length, turning] or [rows, 1, length, turning]; null where heads do not turn.</param>
/// <param name="Sine">Of the angles.</param>
/// <param name="Mask">What sees what, [length, total] or [rows, 1, length, total]; null where <see cref="IsCausal"/> or everything is seen.</param>
/// <param name="IsCausal">Whether each position sees those up to its own, as far as <see cref="Mask"/> does not say otherwise.</param>
internal sealed record AttentionView(Tensor? Cosine, Tensor? Sine, Tensor? Mask, bool IsCausal)
{
    /// <summary>
    /// Turns heads [rows, heads, length, headSize] in the half-split form of Hugging Face checkpoints: element i turns with
    /// element i + turning/2. Source: arXiv 2104.09864.
    /// </summary>
    public Tensor Turn(Tensor heads)
    {
        if (Cosine is null || Sine is null)
        {
            return heads;
        }

        var (turning, size) = (Cosine.shape[^1], heads.shape[^1]);
        var moved = turning == size ? heads : heads.narrow(-1, 0, turning);
        var halves = moved.chunk(2, -1);
        var turned = (moved * Cosine).add(cat([-halves[1], halves[0]], -1) * Sine, Scalars.One);
        return turning == size ? turned : cat([turned, heads.narrow(-1, turning, size - turning)], -1);
    }
}

/// <summary>The views of all layers of a decoder on one input, each computed once; they live in the dispose scope they are made in.</summary>
internal sealed class AttentionViews
{
    private readonly Dictionary<LayerAttention, AttentionView> views;

    /// <summary>Computes them; angles in float64.</summary>
    public AttentionViews(DecoderShape shape, DecoderInput input, Device device, ScalarType type)
    {
        views = Enumerable.Range(0, shape.Layers).Select(shape.AttentionOf).Distinct().ToDictionary(attention => attention, View);

        AttentionView View(LayerAttention attention)
        {
            var needsMask = input.Padding is not null || attention.Window < input.Past + input.Length || (input.Past > 0 && input.Length > 1) || shape.AttentionCap is not null;
            var mask = needsMask ? Mask(input, attention.Window).to(device) : null;
            if (attention.Rotary is not { } rotary)
            {
                return new(null, null, mask, IsCausal: mask is null && input.Past == 0);
            }

            var angles = Angles(rotary, shape.HeadSize, input);
            var factor = rotary.Scaling.AttentionFactor;
            return new(Placed(angles.cos()), Placed(angles.sin()), mask, IsCausal: mask is null && input.Past == 0);

            Tensor Placed(Tensor values) => cat([values, values], -1).mul(Scalars.Of(factor)).to(type).to(device);
        }
    }

    /// <summary>The view of a layer's attention.</summary>
    public AttentionView this[LayerAttention attention] => views[attention];

    private static Tensor Angles(RotarySettings rotary, int headSize, DecoderInput input)
    {
        if (input.Padding is null && (!rotary.Scaling.DependsOnLength || input.Lengths is null))
        {
            return Of(padding: 0, input.Past + input.Length);
        }

        var byRow = Enumerable.Range(0, input.Rows).Select(row =>
        {
            var padding = input.Padding?[row] ?? 0;
            return Of(padding, (input.Lengths is { } lengths ? lengths[row] : input.Length) + input.Past - padding);
        });
        return stack(byRow, 0).unsqueeze(1);

        Tensor Of(int padding, int length)
        {
            var first = input.Past - padding;
            var places = arange(Scalars.Of(first), Scalars.Of(first + input.Length), Scalars.One, dtype: ScalarType.Float64);
            return outer(places, tensor(rotary.Frequencies(headSize, length)));
        }
    }

    private static Tensor Mask(DecoderInput input, int? window)
    {
        var total = input.Past + input.Length;
        var asking = arange(Scalars.Of(input.Past), Scalars.Of(total), Scalars.One).view(-1, 1);
        var seen = arange(Scalars.Of(0), Scalars.Of(total), Scalars.One).view(1, -1);
        var mask = seen.le(asking);
        if (window is { } width)
        {
            mask = mask.logical_and((asking - seen).lt(Scalars.Of(width)));
        }

        // what is padding sees itself, for a softmax over nothing is no number
        return input.Padding is { } padding
            ? mask.logical_and(seen.ge(tensor(Array.ConvertAll(padding, count => (long)count)).view(-1, 1, 1, 1))).logical_or(seen.eq(asking))
            : mask;
    }
}
