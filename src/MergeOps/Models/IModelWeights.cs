using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>
/// The weights of a model as its forward pass asks for them, in the type and on the device of its arithmetic. What is read for
/// one use lives in the caller's dispose scope.
/// </summary>
internal interface IModelWeights : IDisposable
{
    /// <summary>Where the arithmetic happens.</summary>
    Device Device { get; }

    /// <summary>The type of the arithmetic.</summary>
    ScalarType Type { get; }

    /// <summary>Whether all of them stay in memory, so that asking again costs nothing.</summary>
    bool AreKept { get; }

    /// <summary>A tensor.</summary>
    Tensor Whole(string name);

    /// <summary>Rows of a matrix, one after the other.</summary>
    Tensor Rows(string name, long first, long count);

    /// <summary>Rows of a matrix by their numbers (int64, one dimension).</summary>
    Tensor RowsAt(string name, Tensor numbers);
}
