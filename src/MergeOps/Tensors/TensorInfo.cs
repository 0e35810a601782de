using System.Collections.Immutable;

namespace MergeOps.Tensors;

/// <summary>What a header says of one tensor.</summary>
/// <param name="Name">The tensor's name: data from outside, never a path, escaped wherever it is printed.</param>
/// <param name="DType">The element type.</param>
/// <param name="Shape">The dimensions; empty for a scalar.</param>
/// <param name="File">The file that holds it, relative to the checkpoint's folder, with forward slashes.</param>
/// <param name="Offset">The first byte, counted from the start of the file.</param>
/// <param name="ByteLength">The number of bytes.</param>
internal sealed record TensorInfo(string Name, DType DType, ImmutableArray<long> Shape, string File, long Offset, long ByteLength)
{
    /// <summary>The number of elements; 1 for a scalar.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));
}
