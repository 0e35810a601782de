using MergeOps.Architectures;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models;

/// <summary>Activations as transformers computes them.</summary>
internal static class ActivationFunctions
{
    private static readonly double Root = Math.Sqrt(2 / Math.PI);

    /// <summary>The activation of each element.</summary>
    public static Tensor Apply(Activation activation, Tensor input) => activation switch
    {
        Activation.Gelu => functional.gelu(input),
        Activation.GeluTanh => 0.5 * input * (1 + (Root * (input + 0.044715 * input.pow(3))).tanh()),
        Activation.QuickGelu => input * (1.702 * input).sigmoid(),
        Activation.Relu => functional.relu(input),
        Activation.Silu => functional.silu(input),
        Activation.Tanh => input.tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "no activation"),
    };
}
