using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Runtime;

namespace MergeOps.Cli.Verbs.Torch;

/// <summary><c>mergeops torch build TORCH [--sources DIR]</c>.</summary>
internal sealed class TorchBuildVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly Argument<string> torch = new("TORCH") { Description = "Folder of the installed PyTorch" };
    private readonly Option<string?> sources = new("--sources") { HelpName = "DIR", Description = "Checkout of TorchSharp, instead of fetching it" };

    /// <summary>Creates the verb.</summary>
    public TorchBuildVerb()
        : base("build", VerbGroup.Program, "Build the bridge to an installed PyTorch of another version")
    {
        Add(torch);
        Add(sources);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["torch build .venv/lib/python3.13/site-packages/torch", "torch build /opt/libtorch --sources TorchSharp"];

    /// <inheritdoc/>
    public override string Remarks => """
        python3 -c 'import torch; print(torch.__path__[0])' prints the folder. git
        fetches the sources of TorchSharp, and CMake compiles them with the headers of
        that PyTorch, which needs a C++20 compiler and a few minutes. The bridge is put
        into libtorch in MERGEOPS_HOME, and is used wherever MERGEOPS_LIBTORCH, or the
        Python environment of the wheel, has exactly this version. Merges with another
        libtorch are a numeric class of their own, such as cpu/2.14.1.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var (bridge, version) = await BuiltBridge.BuildAsync(arguments.GetValue(torch)!, arguments.GetValue(sources), screen.Environment, screen.Tell, cancellation);
        screen.Tell($"built for libtorch {version}");
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WriteString("bridge", bridge);
                json.WriteString("libTorchVersion", version);
            });
        }
        else
        {
            screen.Out.WriteLine(bridge);
        }

        return ExitCode.Done;
    }
}
