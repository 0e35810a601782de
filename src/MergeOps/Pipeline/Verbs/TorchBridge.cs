using MergeOps.Diagnostics;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What <see cref="TorchBridge"/> built.</summary>
/// <param name="Bridge">The library.</param>
/// <param name="LibTorchVersion">The version of libtorch that it is for.</param>
internal sealed record BuiltTorchBridge(string Bridge, string LibTorchVersion);

/// <summary>Builds the bridge between this program and an installed PyTorch of another version than the packages'.</summary>
internal static class TorchBridge
{
    /// <summary>Builds it into the user's cache, where later runs find it.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="torch">The folder of the installed PyTorch.</param>
    /// <param name="sources">A checkout of TorchSharp; null: git fetches one.</param>
    /// <param name="tell">Hears what begins.</param>
    /// <param name="cancellation">Stops; nothing stays behind.</param>
    /// <exception cref="MergeOpsException">A tool or a part of the PyTorch is missing, or the sources do not compile.</exception>
    public static async Task<BuiltTorchBridge> BuildAsync(HostEnvironment environment, string torch, string? sources, Action<string> tell, CancellationToken cancellation)
    {
        var (bridge, version) = await BuiltBridge.BuildAsync(torch, sources, environment, tell, cancellation);
        return new(bridge, version);
    }
}
