using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Weights that are read from the files for each use, so that no more of a model is in memory than the layer at work.</summary>
/// <param name="checkpoint">The files; every tensor that is asked for holds floating-point numbers.</param>
/// <param name="device">Where the arithmetic happens.</param>
/// <param name="type">The type of the arithmetic.</param>
/// <param name="storedName">The name that the files have for a tensor; null where it is the same.</param>
internal sealed class CheckpointWeights(Checkpoint checkpoint, Device device, ScalarType type, Func<string, string>? storedName = null) : IModelWeights
{
    /// <summary>Elements converted at once.</summary>
    private const int ChunkElements = 1 << 20;

    private readonly TensorReader reader = new(checkpoint);

    /// <inheritdoc/>
    public Device Device => device;

    /// <inheritdoc/>
    public ScalarType Type => type;

    /// <inheritdoc/>
    public bool AreKept => false;

    /// <inheritdoc/>
    public Tensor Whole(string name)
    {
        var info = Find(name);
        return Read(info, 0, info.ElementCount).view([.. info.Shape]);
    }

    /// <inheritdoc/>
    public Tensor Rows(string name, long first, long count)
    {
        var info = Find(name);
        return Read(info, first * info.Shape[1], count * info.Shape[1]).view(count, info.Shape[1]);
    }

    /// <inheritdoc/>
    public Tensor RowsAt(string name, Tensor numbers)
    {
        var info = Find(name);
        var wanted = numbers.cpu().data<long>().ToArray();
        long[] different = [.. wanted.Distinct().Order()];
        using var stored = empty([different.Length, info.Shape[1]], dtype: StoredType(info.DType));
        var rowBytes = (int)(info.Shape[1] * info.DType.Bits() / 8);
        for (var row = 0; row < different.Length; row++)
        {
            reader.Read(info, different[row] * rowBytes, stored[row].bytes);
        }

        var places = tensor(Array.ConvertAll(wanted, number => (long)Array.BinarySearch(different, number)));
        return stored.to(type).index_select(0, places).to(device);
    }

    /// <inheritdoc/>
    public void Dispose() => reader.Dispose();

    private TensorInfo Find(string name) => checkpoint.Tensors[storedName is null ? name : storedName(name)];

    private Tensor Read(TensorInfo info, long first, long elements)
    {
        using var scope = NewDisposeScope();
        var values = empty(elements, dtype: type);
        var stored = empty(Math.Min(ChunkElements, elements), dtype: StoredType(info.DType));
        var elementSize = info.DType.Bits() / 8;
        for (var start = 0L; start < elements; start += ChunkElements)
        {
            var count = (int)Math.Min(ChunkElements, elements - start);
            reader.Read(info, (first + start) * elementSize, stored.bytes[..(count * elementSize)]);
            values.narrow(0, start, count).copy_(stored.narrow(0, 0, count));
        }

        return values.to(device).MoveToOuterDisposeScope();
    }

    /// <summary>The type of the numbers as files store them.</summary>
    public static ScalarType StoredType(DType dtype) => dtype switch
    {
        DType.F64 => ScalarType.Float64,
        DType.F32 => ScalarType.Float32,
        DType.F16 => ScalarType.Float16,
        DType.BF16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a floating-point type"),
    };
}
