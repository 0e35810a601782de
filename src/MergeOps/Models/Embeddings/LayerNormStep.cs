using MergeOps.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models.Embeddings;

/// <summary>A layer norm.</summary>
/// <param name="Path">The module's folder.</param>
internal sealed record LayerNormStep(string Path) : VectorStep
{
    private const string Weight = "norm.weight";
    private const string Bias = "norm.bias";
    private const double Epsilon = 1e-5;

    /// <inheritdoc/>
    public override string Description => "layer norm";

    /// <inheritdoc/>
    public override int SizeAfter(int size) => size;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor>? Open(Checkpoint model, int size, Device device, out string? whyNot) =>
        Load(model, Path, [(Weight, [size]), (Bias, [size])], device, out whyNot) is { } weights
            ? vectors => functional.layer_norm(vectors, [size], weights[Weight], weights[Bias], Epsilon)
            : null;
}
