using MergeOps.Architectures.Decoders;
using MergeOps.Methods.Operators;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>RMSNorm, in float32 where the arithmetic is no wider; source: arXiv 1910.07467.</summary>
internal static class RootMeanSquare
{
    /// <summary>The input divided by its root mean square and multiplied by the weight.</summary>
    public static Tensor Norm(Tensor input, Tensor weight, DecoderShape shape)
    {
        var values = Precision.AtLeastSingle(input);
        // a product with itself would add two gradients, each rounded, where a power adds one
        var squares = values.pow(Scalars.Of(2)).mean([-1], keepdim: true);
        var normalized = values * rsqrt(squares.add(Scalars.Of(shape.NormEpsilon), Scalars.One));
        return shape.NormAddsOne ? (normalized * weight.to(values.dtype).add(Scalars.Of(1), Scalars.One)).to(input.dtype) : normalized.to(input.dtype) * weight;
    }
}
