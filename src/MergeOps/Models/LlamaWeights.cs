using MergeOps.Architectures.Llama;
using MergeOps.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Reads the weights that the forward pass needs into float32.</summary>
internal static class LlamaWeights
{
    /// <summary>Elements converted at once.</summary>
    private const int ChunkElements = 1 << 20;

    /// <summary>Reads the tensors of a checkpoint that <see cref="ScoringSupport"/> has nothing against.</summary>
    public static Dictionary<string, Parameter> Load(Checkpoint checkpoint, LlamaConfig config)
    {
        using var reader = new TensorReader(checkpoint);
        return LlamaTensors.Of(config).ToDictionary(
            expected => expected.Name, expected => Load(reader, checkpoint.Tensors[expected.Name]), StringComparer.Ordinal);
    }

    private static Parameter Load(TensorReader reader, TensorInfo info)
    {
        using var scope = NewDisposeScope();
        var values = empty(info.ElementCount, dtype: ScalarType.Float32);
        var stored = empty(Math.Min(ChunkElements, info.ElementCount), dtype: Stored(info.DType));
        var elementSize = info.DType.Bits() / 8;
        for (var start = 0L; start < info.ElementCount; start += ChunkElements)
        {
            var count = (int)Math.Min(ChunkElements, info.ElementCount - start);
            reader.Read(info, start * elementSize, stored.bytes[..(count * elementSize)]);
            values.narrow(0, start, count).copy_(stored.narrow(0, 0, count));
        }

        return (Parameter)new Parameter(values.view([.. info.Shape]), requires_grad: false).DetachFromDisposeScope();
    }

    private static ScalarType Stored(DType dtype) => dtype switch
    {
        DType.F64 => ScalarType.Float64,
        DType.F32 => ScalarType.Float32,
        DType.F16 => ScalarType.Float16,
        DType.BF16 => ScalarType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "not a floating-point type"),
    };
}
