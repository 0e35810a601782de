using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Models.Embeddings;

/// <summary>What a module of sentence-transformers does with the vector that pooling gives.</summary>
internal abstract record VectorStep
{
    /// <summary>In a word, for what is said of how vectors are made; null for what changes nothing that people name.</summary>
    public abstract string? Description { get; }

    /// <summary>The size of the vectors behind it, given that before it.</summary>
    public abstract int SizeAfter(int size);

    /// <summary>The step with its weights, which lie in a folder of the model; null with the reason when they are not as its config says.</summary>
    /// <param name="model">The model.</param>
    /// <param name="size">The size of the vectors before it.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="whyNot">Why it cannot be computed.</param>
    public abstract Func<Tensor, Tensor>? Open(Checkpoint model, int size, Device device, out string? whyNot);

    /// <summary>Tensors of a module by name, in float32; null with the reason when one lacks or has another shape.</summary>
    protected static Dictionary<string, Tensor>? Load(
        Checkpoint model, string path, IEnumerable<(string Name, long[] Shape)> expected, Device device, out string? whyNot)
    {
        var checkpoint = model.Held is null ? CheckpointReader.Open(Path.Combine(model.Folder, path), []) : model.Within(path);
        foreach (var (name, shape) in expected)
        {
            if (!checkpoint.Tensors.TryGetValue(name, out var found) || !found.Shape.SequenceEqual(shape) || !found.DType.IsMergeable())
            {
                whyNot = $"{path} has no tensor '{name}' of the shape [{string.Join(", ", shape)}], which its config requires";
                return null;
            }
        }

        whyNot = null;
        using var stored = new CheckpointWeights(checkpoint, device, ScalarType.Float32);
        return expected.ToDictionary(tensor => tensor.Name, tensor => stored.Whole(tensor.Name).DetachFromDisposeScope(), StringComparer.Ordinal);
    }
}
