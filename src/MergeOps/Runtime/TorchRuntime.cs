using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Tensors;
using TorchSharp;

namespace MergeOps.Runtime;

/// <summary>
/// Loads libtorch from a folder that we choose, before TorchSharp looks for it itself. Nothing else may touch a type of
/// TorchSharp before <see cref="EnsureLoaded"/>; commands without tensors never start to load it.
/// </summary>
internal static class TorchRuntime
{
    /// <summary>The numeric class of an x64 processor with the packages' libtorch.</summary>
    public const string UsualClass = "cpu";

    private static readonly Lock Starting = new();
    private static Task<LoadedLibraries>? loading;

    /// <summary>Whether libtorch is loaded, or a thread is about to.</summary>
    public static bool IsStarted => loading is not null;

    /// <summary>Whether a thread is loading libtorch now.</summary>
    public static bool IsLoading => loading is { IsCompleted: false };

    /// <summary>
    /// Lets another thread load libtorch while this one does what needs no tensors; a failure waits for <see cref="EnsureLoaded"/>.
    /// A process has one libtorch: later calls do nothing.
    /// </summary>
    /// <param name="environment">Says which libtorch.</param>
    public static void StartLoading(HostEnvironment environment)
    {
        lock (Starting)
        {
            loading ??= Start(environment);
        }
    }

    /// <summary>Waits until libtorch is loaded; later calls cost nothing, and a failure is the same each time.</summary>
    /// <exception cref="MergeOpsException">No libtorch is found, or the loader refuses it.</exception>
    /// <exception cref="InvalidOperationException">Nobody has started to load it.</exception>
    public static void EnsureLoaded() => _ = Loaded();

    /// <summary>What is loaded from where.</summary>
    /// <exception cref="MergeOpsException">No libtorch is found, or the loader refuses it.</exception>
    /// <exception cref="InvalidOperationException">Nobody has started to load it.</exception>
    public static TorchReport Report() => Describe(Loaded());

    private static LoadedLibraries Loaded() =>
        (loading ?? throw new InvalidOperationException("nobody has started to load libtorch")).GetAwaiter().GetResult();

    private static Task<LoadedLibraries> Start(HostEnvironment environment)
    {
        // here and not on the other thread: nobody may read the environment while it changes
        NativeEnvironment.PinArithmetic();
        return Task.Run(() => Load(environment));
    }

    private static LoadedLibraries Load(HostEnvironment environment)
    {
        PlanningCalls.Rehearse();
        var libraries = LibTorchLocation.Find(environment).Load();
        ResolveBridge(libraries.Handle);
        UseOneThread();
        return libraries;
    }

    // Each method below touches TorchSharp, so none may be inlined into code that runs before the natives are loaded.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ResolveBridge(nint handle) => NativeLibrary.SetDllImportResolver(
        typeof(torch).Assembly,
        (name, _, _) => name == LibTorchLocation.BridgeName ? handle : 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseOneThread() => torch.set_num_threads(1);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TorchReport Describe(LoadedLibraries libraries)
    {
        var cuda = torch.cuda.is_available();
        // what TorchSharp says is the version that it was released for
        var other = libraries.Location.Bridge is null ? null : LibTorchVersion.Of(libraries.Location.Folder);
        var processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "cpu-arm64" : UsualClass;
        return new TorchReport(
            libraries.Location.Folder,
            libraries.Location.Origin,
            libraries.IsPatched,
            typeof(torch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
            other ?? torch.__version__,
            cuda ? torch.cuda.device_count() : 0,
            other is null ? processor : $"{processor}/{other}");
    }
}

/// <summary>What <see cref="TorchRuntime"/> loaded.</summary>
/// <param name="Folder">Where libtorch lies.</param>
/// <param name="Origin">Why that folder was taken.</param>
/// <param name="IsPatched">Whether the bridge's need for a newer libstdc++ was made weak.</param>
/// <param name="TorchSharpVersion">The version of TorchSharp.</param>
/// <param name="LibTorchVersion">The version of libtorch.</param>
/// <param name="CudaDevices">The number of CUDA devices; 0 without CUDA.</param>
/// <param name="NumericClass">Merges on the CPU of two machines of one class give the same bytes.</param>
internal sealed record TorchReport(
    string Folder,
    string Origin,
    bool IsPatched,
    string TorchSharpVersion,
    string LibTorchVersion,
    int CudaDevices,
    string NumericClass);
