using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs.Torch;

/// <summary><c>mergeops torch install [--cuda]</c>.</summary>
internal sealed class TorchInstallVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly Option<bool> cuda = new("--cuda") { Description = "With CUDA 12.8, for NVIDIA GPUs; several GB" };

    /// <summary>Creates the verb.</summary>
    public TorchInstallVerb()
        : base("install", VerbGroup.Program, "Fetch libtorch if it did not come with the program")
    {
        Add(cuda);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["torch install", "torch install --cuda"];

    /// <inheritdoc/>
    public override string Remarks => """
        NuGet fetches it with your own sources and credentials (NuGet.config from this
        folder upward), which needs the .NET SDK. The package for the processor must
        have the content that this program pins; those for CUDA are many, so they are
        checked by their signatures and the digests in them.
        It goes to libtorch in MERGEOPS_HOME, else to ~/.cache/mergeops/libtorch. Merges
        look for libtorch in MERGEOPS_LIBTORCH, then for one with CUDA installed here,
        then beside the program, then in the Python environment of its wheel, then for
        one installed here.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var installed = await TorchInstallation.RunAsync(
            screen.Environment, arguments.GetValue(cuda), package => screen.Tell($"fetching {package} through NuGet"), cancellation);
        screen.Tell(installed.WasThere ? "already installed" : "installed");
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WriteString("folder", installed.Folder);
                json.WriteBoolean("wasThere", installed.WasThere);
            });
        }
        else
        {
            screen.Out.WriteLine(installed.Folder);
        }

        return ExitCode.Done;
    }
}
