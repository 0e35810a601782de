using System.Runtime.InteropServices;
using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The memory of a contiguous CPU tensor; valid while the tensor lives.</summary>
internal static class TensorSpans
{
    public static bool IsDouble(this torch.Tensor tensor) => tensor.dtype == torch.ScalarType.Float64;

    public static Span<T> AsSpan<T>(this torch.Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
