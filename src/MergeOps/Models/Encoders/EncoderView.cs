using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models.Encoders;

/// <summary>How positions turn heads.</summary>
/// <param name="Cosine">Of the angles [length, head].</param>
/// <param name="Sine">Of the angles.</param>
internal readonly record struct RotaryAngles(Tensor Cosine, Tensor Sine)
{
    /// <summary>Turns heads [texts, heads, length, head]: element i together with element i + head/2.</summary>
    public Tensor Turn(Tensor heads)
    {
        var halves = heads.chunk(2, -1);
        return (heads * Cosine).add(cat([-halves[1], halves[0]], -1) * Sine, Scalars.One);
    }
}

/// <summary>What the layers of an encoder see of a batch.</summary>
/// <param name="Mask">Added to the scores of attention, broadcast to [texts, heads, length, length].</param>
/// <param name="Angles">How positions turn heads; null where they do not.</param>
internal sealed record EncoderView(Tensor Mask, RotaryAngles? Angles = null)
{
    /// <summary>What layers see that look at neighbors only; null where every layer sees everything.</summary>
    public EncoderView? Neighbors { get; init; }
}
