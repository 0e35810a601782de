using System.Collections.Immutable;
using MergeOps.Tensors;

namespace MergeOps.Merging.Reading.Tiles;

/// <summary>
/// Where the elements of an output tensor lie in an input that is stored larger: the output is its top-left part, which
/// is one run of bytes when only the first axis differs, and a run for each row otherwise.
/// </summary>
internal sealed class StoredRuns
{
    private readonly TensorInfo tensor;
    private readonly ImmutableArray<long> shape;
    private readonly long runLength;
    private readonly int outerAxes;

    /// <summary>Relates a stored tensor to the shape of the output.</summary>
    public StoredRuns(TensorInfo tensor, ImmutableArray<long> shape)
    {
        if (shape.Length != tensor.Shape.Length || Enumerable.Range(0, shape.Length).Any(axis => shape[axis] > tensor.Shape[axis]))
        {
            throw new ArgumentException(
                $"{tensor.Name} is [{string.Join(", ", tensor.Shape)}], which does not hold [{string.Join(", ", shape)}]", nameof(shape));
        }

        (this.tensor, this.shape) = (tensor, shape);
        var cut = shape.Length - 1;
        while (cut > 0 && shape[cut] == tensor.Shape[cut])
        {
            cut--;
        }

        outerAxes = Math.Max(0, cut);
        runLength = shape.Skip(outerAxes).Aggregate(1L, (product, dimension) => product * dimension);
    }

    /// <summary>The shortest run of the file that holds all output elements, of which there is at least one.</summary>
    public (long Offset, long Length) Extent
    {
        get
        {
            var (first, _) = Pieces(0, 1).First();
            var (last, bytes) = Pieces(shape.Aggregate(1L, (product, dimension) => product * dimension) - 1, 1).First();
            return (first, last + bytes - first);
        }
    }

    /// <summary>The pieces of the file that hold a run of output elements, in order: the place of each and its bytes.</summary>
    public IEnumerable<(long Offset, int Bytes)> Pieces(long start, long length)
    {
        var bits = tensor.DType.Bits();
        while (length > 0)
        {
            var (run, within) = Math.DivRem(start, runLength);
            var count = Math.Min(length, runLength - within);
            yield return (tensor.Offset + ((RunStart(run) + within) * bits / 8), checked((int)(count * bits / 8)));
            start += count;
            length -= count;
        }
    }

    private long RunStart(long run)
    {
        var stride = tensor.Shape.Skip(outerAxes).Aggregate(1L, (product, dimension) => product * dimension);
        var start = 0L;
        for (var axis = outerAxes - 1; axis >= 0; axis--)
        {
            (run, var index) = Math.DivRem(run, shape[axis]);
            start += index * stride;
            stride *= tensor.Shape[axis];
        }

        return start;
    }
}
