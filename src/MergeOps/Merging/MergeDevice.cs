using MergeOps.Diagnostics;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using TorchSharp;

namespace MergeOps.Merging;

/// <summary>Where the arithmetic happens.</summary>
/// <param name="Device">As torch names it.</param>
/// <param name="NumericClass">Machines of one class give the same bytes.</param>
/// <param name="Operators">The operators for it.</param>
internal sealed record MergeDevice(torch.Device Device, string NumericClass, IOperators Operators)
{
    /// <summary>The valid names, for messages.</summary>
    public const string Names = "auto, cpu, cuda and cuda:N";

    /// <summary>Whether a text is one of <see cref="Names"/>; whether the device is there is another question.</summary>
    public static bool IsName(string text) =>
        text is "auto" or "cpu" or "cuda" || (text.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(text.AsSpan(5), out _));

    /// <summary>The device of a name; libtorch must be loaded. No method gains from CUDA yet, so <c>auto</c> is the CPU.</summary>
    /// <exception cref="MergeOpsException">There is no such device, or it has no operators.</exception>
    public static MergeDevice Choose(string name)
    {
        var report = TorchRuntime.Report();
        return name is "auto" or "cpu"
            ? new(torch.CPU, report.NumericClass, new CpuOperators())
            : throw new MergeOpsException(
                Codes.DeviceUnavailable,
                $"'{name}' was asked for; libtorch in {report.Folder} sees {report.CudaDevices} CUDA devices, "
                + "and this version has its operators for the CPU only. Use --device cpu.");
    }
}
