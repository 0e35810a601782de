using MergeOps.Architectures.Decoders;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>RMSNorm, in float32 where the arithmetic is no wider; source: arXiv 1910.07467.</summary>
internal static class RootMeanSquare
{
    /// <summary>The input divided by its root mean square and multiplied by the weight.</summary>
    public static Tensor Norm(Tensor input, Tensor weight, DecoderShape shape)
    {
        var values = Precision.AtLeastSingle(input);
        var normalized = values * rsqrt(values.square().mean([-1], keepdim: true) + shape.NormEpsilon);
        return shape.NormAddsOne ? (normalized * (weight.to(values.dtype) + 1)).to(input.dtype) : normalized.to(input.dtype) * weight;
    }
}
