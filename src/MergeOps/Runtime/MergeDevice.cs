using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.Operators.Torch;
using TorchSharp;

namespace MergeOps.Runtime;

/// <summary>Where the arithmetic happens.</summary>
/// <param name="Device">As torch names it.</param>
/// <param name="NumericClass">Machines of one class give the same bytes.</param>
/// <param name="Operators">The operators for it.</param>
internal sealed record MergeDevice(torch.Device Device, string NumericClass, OperatorSet Operators)
{
    private const string Cuda = "cuda";

    /// <summary>The valid names, for messages.</summary>
    public const string Names = "auto, cpu, cuda and cuda:N";

    // what a core has of its own caches a few buffers of a processor's tile
    private const int CpuTileElements = 1 << 16;

    /// <summary>Elements of a tile beyond which this device gains nothing.</summary>
    public int MostTileElements => Device.type == DeviceType.CPU ? CpuTileElements : int.MaxValue;

    /// <summary>Whether a text is one of <see cref="Names"/>; whether the device is there is another question.</summary>
    public static bool IsName(string text) => text is "auto" or "cpu" || CudaIndex(text) is not null;

    /// <summary>Whether a name is that of a CUDA device.</summary>
    public static bool IsCuda(string name) => CudaIndex(name) is not null;

    /// <summary>
    /// The device of a name; libtorch must be loaded. <c>auto</c> is the CPU: every method there is streams its tensors
    /// once or a few times, which costs less than to carry them to another device and back.
    /// </summary>
    /// <exception cref="MergeOpsException">There is no such device.</exception>
    public static MergeDevice Choose(string name)
    {
        var report = TorchRuntime.Report();
        if (CudaIndex(name) is not { } index)
        {
            return new(torch.CPU, report.NumericClass, CpuOperators.All);
        }

        return index < report.CudaDevices && CudaArchitecture.Of(index) is { } architecture
            ? new(torch.device(DeviceType.CUDA, index), $"{Cuda}:{architecture}/{report.LibTorchVersion}", TorchOperators.All)
            : throw new MergeOpsException(
                Codes.DeviceUnavailable,
                $"'{name}' was asked for; libtorch in {report.Folder} sees {report.CudaDevices} CUDA devices. "
                + "Use --device cpu, or run `mergeops torch install --cuda`.");
    }

    /// <summary>
    /// The numeric class of results that went through LAPACK: on the CPU it is MKL's, in the mode that takes the same way on every
    /// processor; another architecture or another build of libtorch has another LAPACK.
    /// </summary>
    public string NumericClassOf(bool decomposesMatrices) =>
        !decomposesMatrices || Device.type != DeviceType.CPU ? NumericClass
        : NumericClass == TorchRuntime.UsualClass ? $"{NumericClass}-mkl"
        : $"{NumericClass}-lapack";

    private static byte? CudaIndex(string name) =>
        name == Cuda ? (byte)0
        : name.StartsWith($"{Cuda}:", StringComparison.Ordinal) && byte.TryParse(name.AsSpan(Cuda.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index
        : null;
}
