using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;

namespace MergeOps.Runtime;

/// <summary>The libraries that are in memory now.</summary>
internal sealed record LoadedLibraries(LibTorchLocation Location, nint Handle, bool IsPatched);

/// <summary>A folder with libtorch's files, and the bridge between them and TorchSharp.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Origin">Why this folder was taken.</param>
/// <param name="Bridge">The bridge that was built for exactly this libtorch; null where the packages' own serves.</param>
internal sealed record LibTorchLocation(string Folder, string Origin, string? Bridge = null)
{
    /// <summary>The name by which TorchSharp asks for its native part.</summary>
    public const string BridgeName = "LibTorchSharp";

    private const string Variable = "MERGEOPS_LIBTORCH";

    // set by the start of the Python wheel alone: where the torch of its environment is, or would be
    private const string PythonVariable = "MERGEOPS_PYTHON_TORCH";

    private static readonly string VersionOfBridge = string.Join('.', NativePackage.Version.Split('.')[..2]);
    private static readonly string OtherInterfaces = $"the bridge is built for {VersionOfBridge}, and other versions have different interfaces.";

    private bool IsThere => File.Exists(FullName("torch"));

    /// <summary>
    /// Takes the folder that the variable names, else one with CUDA that the user installed, else the application's own,
    /// else that of the Python environment where its version fits, else one without CUDA that the user installed.
    /// </summary>
    /// <exception cref="MergeOpsException">No libtorch is found.</exception>
    public static LibTorchLocation Find(HostEnvironment environment) => Find(environment, ApplicationFolders());

    /// <summary>Takes one where the application's own may lie in these folders.</summary>
    internal static LibTorchLocation Find(HostEnvironment environment, IEnumerable<string> applicationFolders)
    {
        if (environment[Variable] is { } chosen)
        {
            // an installed PyTorch has its libraries in a folder of its own
            var folder = Array.Find([chosen, Path.Combine(chosen, "lib")], place => File.Exists(Path.Combine(place, NativePackage.FileName("torch"))))
                ?? throw Unavailable($"{Variable} names '{chosen}', which holds no {NativePackage.FileName("torch")}.");
            var built = BuiltBridge.For(environment.Home, folder);
            RequireVersion(folder, built);
            return new LibTorchLocation(Path.GetFullPath(folder), Variable, built);
        }

        var python = environment[PythonVariable] is { } package && Path.Combine(package, "lib") is var libraries
            ? new LibTorchLocation(libraries, "Python environment", BuiltBridge.For(environment.Home, libraries))
            : null;
        LibTorchLocation[] candidates =
        [
            .. Installed(environment.Home, cuda: true),
            .. applicationFolders.Select(folder => new LibTorchLocation(folder, "application")),
            .. python is not null && (python.Bridge is not null || OtherVersionIn(python.Folder) is null) ? [python] : Array.Empty<LibTorchLocation>(),
            .. Installed(environment.Home, cuda: false),
        ];
        return Array.Find(candidates, candidate => candidate.IsThere)
            ?? throw Unavailable($"No {NativePackage.FileName("torch")} in {string.Join(", ", candidates.Select(c => c.Folder))}. {Advice(python)}");
    }

    /// <summary>Loads libtorch, then the bridge.</summary>
    public LoadedLibraries Load()
    {
        // In memory already, libtorch's libraries satisfy the bridge by name, wherever the bridge itself lies.
        _ = TryLoad(FullName("torch"), out var failure) ?? throw Unavailable(failure);
        var bridge = Bridge ?? ApplicationFolders().Prepend(Folder)
            .Select(folder => Path.Combine(folder, NativePackage.FileName(BridgeName)))
            .FirstOrDefault(File.Exists)
            ?? throw Unavailable($"libtorch is in {Folder}, but {NativePackage.FileName(BridgeName)} is neither there nor beside the application.");
        if (TryLoad(bridge, out failure) is { } handle)
        {
            return new LoadedLibraries(this, handle, IsPatched: false);
        }

        if (OperatingSystem.IsLinux() && failure.Contains(WeakenedBridge.Version, StringComparison.Ordinal))
        {
            return new LoadedLibraries(this, WeakenedBridge.Load(bridge, failure), IsPatched: true);
        }

        throw Unavailable(failure);
    }

    /// <summary>Whether the bridge that comes with the program is for a version of libtorch.</summary>
    public static bool IsOfBridge(string version) => $"{version}.".StartsWith($"{VersionOfBridge}.", StringComparison.Ordinal);

    /// <summary>The diagnostic for every way in which loading fails.</summary>
    public static MergeOpsException Unavailable(string detail) =>
        new(Codes.TorchUnavailable, detail + " 'mergeops doctor' shows what is looked for and where.");

    private static void RequireVersion(string folder, string? builtBridge)
    {
        if (builtBridge is null && OtherVersionIn(folder) is { } found)
        {
            throw Unavailable(
                $"{Variable} names '{folder}', which holds libtorch {found}; {OtherInterfaces} "
                + $"Build a bridge for it with `mergeops torch build \"{PackageOf(folder)}\"`, which needs a compiler; "
                + $"or install that version and name its folder: `pip install torch=={NativePackage.Version}` in an environment of its own puts it into torch/lib"
                + (NativePackage.ForThisSystem(cuda: false) is null ? "." : $"; or unset {Variable} and run `mergeops torch install`."));
        }
    }

    // another version would be loaded, and end the process at the first call that has changed
    private static string? OtherVersionIn(string folder) =>
        LibTorchVersion.Of(folder) is { } found && !IsOfBridge(found) ? TerminalText.Escape(found) : null;

    // the folder that `mergeops torch build` takes: that of the package, not of its libraries
    private static string PackageOf(string libraries) => TerminalText.Escape(Path.GetDirectoryName(Path.GetFullPath(libraries)) ?? libraries);

    private static string Advice(LibTorchLocation? python)
    {
        var installing = NativePackage.ForThisSystem(cuda: false) is null ? "set " : "run `mergeops torch install`, or set ";
        var choosing = $"{Variable} to a folder with libtorch {NativePackage.Version} for {NativePackage.ThisRid}.";
        return python switch
        {
            null => char.ToUpperInvariant(installing[0]) + installing[1..] + choosing,
            { IsThere: true } => $"The Python environment's own in {python.Folder} is {OtherVersionIn(python.Folder)}; {OtherInterfaces} "
                + $"`mergeops torch build \"{PackageOf(python.Folder)}\"` builds a bridge for it, which needs a compiler; "
                + $"`pip install \"mergeops[torch]\"` in an environment of its own installs that one; or {installing}{choosing}",
            _ => $"`pip install \"mergeops[torch]\"` installs one into this Python environment; or {installing}{choosing}",
        };
    }

    private static IEnumerable<LibTorchLocation> Installed(MergeOpsHome home, bool cuda) =>
        NativePackage.ForThisSystem(cuda) is { } package ? [new LibTorchLocation(package.FolderIn(home), "mergeops torch install")] : [];

    private static IEnumerable<string> ApplicationFolders() =>
        from folder in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(typeof(LibTorchLocation).Assembly.Location) ?? "" }.Select(Path.TrimEndingDirectorySeparator).Distinct()
        where folder.Length > 0
        from place in new[] { Path.Combine(folder, "runtimes", NativePackage.ThisRid, "native"), folder }
        select place;

    private static nint? TryLoad(string path, out string failure)
    {
        try
        {
            failure = "";
            return NativeLibrary.Load(path);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            failure = exception.Message.ReplaceLineEndings(" ").Trim();
            return null;
        }
    }

    private string FullName(string library) => Path.Combine(Folder, NativePackage.FileName(library));
}
