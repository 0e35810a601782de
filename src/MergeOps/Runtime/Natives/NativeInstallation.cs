using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>Puts libtorch into the user's cache, whole or not at all.</summary>
internal static class NativeInstallation
{
    /// <summary>Whether the package is installed already.</summary>
    public static bool IsDone(NativePackage package) => File.Exists(Path.Combine(package.Folder, NativePackage.FileName("torch")));

    /// <summary>Fetches the package and installs it under its own folder.</summary>
    /// <param name="package">What to install.</param>
    /// <param name="configuredFrom">The folder from which NuGet looks for <c>NuGet.config</c> upwards.</param>
    /// <param name="cancellation">Stops; nothing stays behind.</param>
    /// <exception cref="MergeOpsException">It cannot be fetched, is not what was pinned, or does not fit on the disk.</exception>
    public static async Task RunAsync(NativePackage package, string configuredFrom, CancellationToken cancellation)
    {
        DurableFolder.Create(Path.GetDirectoryName(package.Folder)!);
        using var held = FileLock.TryTake(package.Folder + ".lock")
            ?? throw new MergeOpsException(Codes.NativesNotInstalled, "Another process installs it at this moment. Wait for it, and run again.");
        var work = package.Folder + ".partial";
        Remove(work);
        try
        {
            DurableFolder.Create(work);
            var packages = Path.Combine(work, "packages");
            var project = WriteFailure.Guard(work, () => RestoreProject.Write(package, work, packages, configuredFrom));
            await PackageRestore.RunAsync(project, cancellation);
            var natives = Path.Combine(work, "native");
            DurableFolder.Create(natives);
            NativeFiles.Gather(packages, package.Rid, natives, cancellation);
            if (!File.Exists(Path.Combine(natives, NativePackage.FileName("torch"))))
            {
                throw new MergeOpsException(Codes.NativesNotInstalled, $"The package {package.Id} {NativePackage.Version} holds no {NativePackage.FileName("torch")}.");
            }

            DurableFolder.Flush(natives);
            Remove(package.Folder);
            DurableFolder.Rename(natives, package.Folder);
        }
        finally
        {
            Remove(work);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            WriteFailure.Guard(folder, () => Directory.Delete(folder, recursive: true));
        }
    }
}
