using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>The running scalar products among some vectors; feed it the tiles of a scan in ascending order.</summary>
public interface IGram
{
    /// <summary>The scalar product of two vectors so far; symmetric.</summary>
    double this[int first, int second] { get; }

    /// <summary>Adds one tile of every vector.</summary>
    void Add(IReadOnlyList<torch.Tensor> vectors);

    /// <summary>The Euclidean norm of a vector so far.</summary>
    double Norm(int vector) => Math.Sqrt(this[vector, vector]);
}
