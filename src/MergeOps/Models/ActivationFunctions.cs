using MergeOps.Architectures;
using MergeOps.Methods.Operators;
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
        Activation.GeluTanh => GeluTanh(input),
        Activation.QuickGelu => input * input.mul(Scalars.Of(1.702)).sigmoid(),
        Activation.Relu => functional.relu(input),
        Activation.Silu => functional.silu(input),
        Activation.Tanh => input.tanh(),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "no activation"),
    };

    // x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))
    private static Tensor GeluTanh(Tensor input)
    {
        var half = input.mul(Scalars.Of(0.5));
        var cubes = input.pow(Scalars.Of(3)).mul(Scalars.Of(0.044715));
        var bent = input.add(cubes, Scalars.One).mul(Scalars.Of(Root)).tanh();
        return half * bent.add(Scalars.Of(1), Scalars.One);
    }
}
