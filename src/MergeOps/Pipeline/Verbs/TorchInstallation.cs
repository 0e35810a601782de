using MergeOps.Diagnostics;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What <see cref="TorchInstallation"/> did.</summary>
/// <param name="Folder">Where libtorch lies.</param>
/// <param name="WasThere">Whether it lay there before.</param>
internal sealed record InstalledTorch(string Folder, bool WasThere);

/// <summary>Fetches libtorch for this system into the user's cache.</summary>
internal static class TorchInstallation
{
    /// <summary>Fetches.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="cuda">With CUDA.</param>
    /// <param name="begins">Hears the package's name and version before it is fetched.</param>
    /// <param name="cancellation">Stops; nothing stays behind.</param>
    /// <exception cref="MergeOpsException">There is none for this system, it cannot be fetched, or it is not what was pinned.</exception>
    public static async Task<InstalledTorch> RunAsync(HostEnvironment environment, bool cuda, Action<string> begins, CancellationToken cancellation)
    {
        var package = NativePackage.ForThisSystem(cuda) ?? throw NoneFor(NativePackage.ThisRid, cuda);
        if (NativeInstallation.IsDone(package, environment.Home))
        {
            return new InstalledTorch(package.FolderIn(environment.Home), WasThere: true);
        }

        begins($"{package.Id} {NativePackage.Version}");
        await NativeInstallation.RunAsync(package, environment, Environment.CurrentDirectory, cancellation);
        return new InstalledTorch(package.FolderIn(environment.Home), WasThere: false);
    }

    private static MergeOpsException NoneFor(string rid, bool cuda) => new(
        Codes.NativesNotInstalled,
        $"There is no libtorch package{(cuda ? " with CUDA" : "")} for {rid}, only for "
        + $"{string.Join(", ", (cuda ? NativePackage.Cuda : NativePackage.Cpu).Select(package => package.Rid))}. "
        + $"Set MERGEOPS_LIBTORCH to a folder with libtorch {NativePackage.Version}.");
}
