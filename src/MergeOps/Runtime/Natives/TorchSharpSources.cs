using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>The sources of the TorchSharp that this program is built with.</summary>
internal static class TorchSharpSources
{
    /// <summary>The version of TorchSharp.</summary>
    public const string Version = "0.107.0";

    private const string Address = "https://github.com/dotnet/TorchSharp";

    // the commit that this version was released from: a tag can be moved
    private const string Commit = "c20b6a1cc574d690707638a488d2583f3b8b983f";

    private const string Checkout = $"name a checkout of {Address} at {Commit} with --sources.";

    private static readonly ToolNeed Git = new(Codes.BridgeNotBuilt, "git fetches the sources of TorchSharp", $"Install git, or {Checkout}");

    /// <summary>Fetches them into a new folder.</summary>
    /// <exception cref="MergeOpsException">They cannot be fetched.</exception>
    public static async Task FetchAsync(string folder, HostEnvironment environment, CancellationToken cancellation)
    {
        DurableFolder.Create(folder);
        string[][] steps = [["init", "--quiet"], ["fetch", "--quiet", "--depth", "1", Address, Commit], ["checkout", "--quiet", "FETCH_HEAD"]];
        foreach (var step in steps)
        {
            var (exitCode, output) = await ToolRun.RunAsync("git", step, folder, environment, Git, cancellation);
            if (exitCode != 0)
            {
                throw new MergeOpsException(Codes.BridgeNotBuilt, $"git {step[0]} says: {TerminalText.Quoted(output.Trim().ReplaceLineEndings(" "))}. Where it cannot be reached, {Checkout}");
            }
        }
    }
}
