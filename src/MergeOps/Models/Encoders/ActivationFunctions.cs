using MergeOps.Architectures.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models.Encoders;

/// <summary>Activations as transformers computes them.</summary>
internal static class ActivationFunctions
{
    private static readonly double Root = Math.Sqrt(2 / Math.PI);

    /// <summary>The activation of each element.</summary>
    public static Tensor Apply(EncoderActivation activation, Tensor input) => activation switch
    {
        EncoderActivation.Gelu => functional.gelu(input),
        EncoderActivation.GeluTanh => 0.5 * input * (1 + (Root * (input + 0.044715 * input.pow(3))).tanh()),
        EncoderActivation.QuickGelu => input * (1.702 * input).sigmoid(),
        EncoderActivation.Relu => functional.relu(input),
        EncoderActivation.Silu => functional.silu(input),
        EncoderActivation.Tanh => input.tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "no activation"),
    };
}
