using MergeOps.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Reads the weights that the forward pass needs into float32.</summary>
internal static class LlamaWeights
{
    /// <summary>Elements converted at once.</summary>
    private const int ChunkElements = 1 << 20;

    /// <summary>Why the checkpoint does not hold what the config promises, or null.</summary>
    public static string? WhyNot(Checkpoint checkpoint, LlamaConfig config)
    {
        var needed = 0L;
        foreach (var (name, shape) in LlamaTensors.Of(config))
        {
            if (!checkpoint.Tensors.TryGetValue(name, out var info))
            {
                return $"the checkpoint has no tensor '{name}', which config.json calls for";
            }

            if (!info.Shape.SequenceEqual(shape))
            {
                return $"'{name}' has the shape [{string.Join(", ", info.Shape)}], config.json calls for [{string.Join(", ", shape)}]";
            }

            if (!info.DType.IsMergeable())
            {
                return $"'{name}' is stored as {info.DType}";
            }

            needed += info.ElementCount * sizeof(float);
        }

        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return needed > available
            ? $"its weights need {needed >> 20} MiB in float32, this machine has {available >> 20} MiB"
            : null;
    }

    /// <summary>Reads the tensors of a checkpoint that <see cref="WhyNot"/> has nothing against.</summary>
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
