using MergeOps.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models.Embeddings;

/// <summary>Makes the length of vectors 1.</summary>
internal sealed record NormalizeStep : VectorStep
{
    /// <inheritdoc/>
    public override string Description => "normalized";

    /// <inheritdoc/>
    public override int SizeAfter(int size) => size;

    /// <inheritdoc/>
    public override Func<Tensor, Tensor> Open(Checkpoint model, int size, Device device, out string? whyNot)
    {
        whyNot = null;
        return vectors => functional.normalize(vectors, p: 2, dim: 1);
    }
}
