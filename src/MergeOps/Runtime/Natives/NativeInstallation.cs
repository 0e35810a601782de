using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>Puts libtorch into the user's cache, whole or not at all.</summary>
internal static class NativeInstallation
{
    /// <summary>Whether the package is installed already.</summary>
    public static bool IsDone(NativePackage package, MergeOpsHome home) => File.Exists(Path.Combine(package.FolderIn(home), NativePackage.FileName("torch")));

    /// <summary>Fetches the package and installs it under its own folder.</summary>
    /// <param name="package">What to install.</param>
    /// <param name="environment">Whose cache it goes to.</param>
    /// <param name="configuredFrom">The folder from which NuGet looks for <c>NuGet.config</c> upwards.</param>
    /// <param name="cancellation">Stops; nothing stays behind.</param>
    /// <exception cref="MergeOpsException">It cannot be fetched, is not what was pinned, or does not fit on the disk.</exception>
    public static Task RunAsync(NativePackage package, HostEnvironment environment, string configuredFrom, CancellationToken cancellation) =>
        InstalledFolder.MakeAsync(package.FolderIn(environment.Home), Codes.NativesNotInstalled, async work =>
        {
            var packages = Path.Combine(work, "packages");
            var project = WriteFailure.Guard(work, () => RestoreProject.Write(package, work, packages, configuredFrom));
            await PackageRestore.RunAsync(project, environment, cancellation);
            var natives = Path.Combine(work, "native");
            DurableFolder.Create(natives);
            NativeFiles.Gather(packages, package.Rid, natives, cancellation);
            return File.Exists(Path.Combine(natives, NativePackage.FileName("torch")))
                ? natives
                : throw new MergeOpsException(Codes.NativesNotInstalled, $"The package {package.Id} {NativePackage.Version} holds no {NativePackage.FileName("torch")}.");
        });
}
