using MergeOps.Architectures;
using MergeOps.Runtime;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Where forward passes compute, and in which type. Another choice gives other scores, in their last digits or more.</summary>
/// <param name="Device">One of <see cref="MergeDevice.Names"/>.</param>
/// <param name="Type">The type of states and weights: float32 or bfloat16; norms, softmaxes and what is made of the logits are float32.</param>
internal sealed record Arithmetic(string Device, DType Type)
{
    /// <summary>float32 on the CPU.</summary>
    public static Arithmetic Usual { get; } = new("auto", DType.F32);

    /// <summary>Where it computes; libtorch must be loaded.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">There is no such device.</exception>
    public Device Place => MergeDevice.IsCuda(Device) ? MergeDevice.Choose(Device).Device : CPU;

    /// <summary>The type as torch names it.</summary>
    public ScalarType ScalarType => Type is DType.BF16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>The bytes of a number.</summary>
    public int NumberBytes => Type.Bits() / 8;

    /// <summary>What scores are remembered with and reports say of it; null for what is usual. For a CUDA device libtorch must be loaded.</summary>
    /// <exception cref="Diagnostics.MergeOpsException">There is no such device.</exception>
    public string? Words =>
        MergeDevice.IsCuda(Device) ? $"computed in {TorchTypes.NameOf(Type)} on {MergeDevice.Choose(Device).NumericClass}"
        : Type is DType.F32 ? null
        : $"computed in {TorchTypes.NameOf(Type)}";

    /// <summary>The bytes of weights that may be kept: a quarter of this machine's memory, or half of the device's own.</summary>
    public long WeightBudget => MergeDevice.IsCuda(Device) && CudaArchitecture.MemoryOf(Place.index) is { } bytes ? bytes / 2 : ResidentWeights.Budget;
}
