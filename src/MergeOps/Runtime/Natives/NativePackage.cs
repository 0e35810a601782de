using System.Runtime.InteropServices;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>The NuGet package that brings libtorch to a system, in the version that TorchSharp is built for.</summary>
/// <param name="Id">The package's name.</param>
/// <param name="Rid">The system, as .NET names it.</param>
/// <param name="Flavour"><c>cpu</c> or <c>cuda</c>.</param>
/// <param name="ContentHash">
/// SHA-512 of its content in base64, as NuGet's lock files pin it; null where NuGet's signatures are all there is to check.
/// </param>
internal sealed record NativePackage(string Id, string Rid, string Flavour, string? ContentHash)
{
    /// <summary>The version of every one of these packages.</summary>
    public const string Version = "2.10.0";

    /// <summary>The packages for the processor alone.</summary>
    public static IReadOnlyList<NativePackage> Cpu { get; } =
    [
        OnCpu("linux-x64", "YGd/F5T77Urmui3LeXOgXP8xqY+RpSZFcMBwV+tBDYMMtxppKyi8O4ajnWSNSmlSctr6KGvSmfGRhmxRGYfbuA=="),
        OnCpu("win-x64", "Gr1gCbueixwQIEnWiMXyAs4/uAFBar03K+AxZm9BY3t17MFaX9rEIe9Vxz+Cguo9G6dXXOeGAO3W1OEhax74Mw=="),
        OnCpu("osx-arm64", "i8aTC3F+7JI65Jdr4MfgdVdZpFU/FCn2G1b/yc4Z8FauDgpc2cji3mwDfQy+3KdD+rpDBgCiAdqs8o0v7mDNXw=="),
    ];

    /// <summary>The packages for CUDA 12.8; each only names the many that its files are spread over.</summary>
    public static IReadOnlyList<NativePackage> Cuda { get; } = [OnCuda("linux-x64"), OnCuda("win-x64")];

    /// <summary>This system, as .NET names it.</summary>
    public static string ThisRid
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            return RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? $"{system}-arm64" : $"{system}-x64";
        }
    }

    /// <summary>Where its files lie once they are installed; the folder is there only when it is whole.</summary>
    public string FolderIn(MergeOpsHome home) => Path.Combine(FolderOfAll(home), $"{Version}-{Flavour}-{Rid}");

    /// <summary>Where every installation lies.</summary>
    public static string FolderOfAll(MergeOpsHome home) => home["libtorch"];

    /// <summary>What this system calls a library.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>The package for this system; null when nobody packs libtorch for it.</summary>
    public static NativePackage? ForThisSystem(bool cuda) => (cuda ? Cuda : Cpu).FirstOrDefault(package => package.Rid == ThisRid);

    private static NativePackage OnCpu(string rid, string contentHash) => new($"libtorch-cpu-{rid}", rid, "cpu", contentHash);

    private static NativePackage OnCuda(string rid) => new($"libtorch-cuda-12.8-{rid}", rid, "cuda", ContentHash: null);
}
