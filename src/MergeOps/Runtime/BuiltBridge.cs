using System.Globalization;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Runtime.Natives;
using MergeOps.Tensors;

namespace MergeOps.Runtime;

/// <summary>TorchSharp's bridge, built on this machine for exactly the libtorch of an installed PyTorch.</summary>
internal static partial class BuiltBridge
{
    // what a compiler of C++ takes for one file that includes all of libtorch's headers
    private const long BytesOfCompiler = 3L << 30;

    private static readonly ToolNeed CMake = new(
        Codes.BridgeNotBuilt, "CMake builds the bridge", "Install CMake 3.18 or later, a C++20 compiler and, for a PyTorch with CUDA, its CUDA toolkit.");

    /// <summary>The bridge for the libtorch in a folder; null where none was built.</summary>
    public static string? For(MergeOpsHome home, string libraries) =>
        LibTorchVersion.Of(libraries) is { } version && Path.Combine(FolderOf(home, version), NativePackage.FileName(LibTorchLocation.BridgeName)) is var bridge && File.Exists(bridge) ? bridge : null;

    /// <summary>Builds it; one that was built earlier is replaced.</summary>
    /// <param name="torch">The folder of the installed PyTorch, with <c>lib</c>, <c>include</c> and <c>share/cmake</c>.</param>
    /// <param name="sources">A checkout of TorchSharp; null: git fetches one.</param>
    /// <param name="environment">Whose cache it goes to.</param>
    /// <param name="tell">Hears what begins.</param>
    /// <param name="cancellation">Stops; nothing stays behind.</param>
    /// <returns>The bridge, and the version of libtorch that it is for.</returns>
    /// <exception cref="MergeOpsException">A tool or a part of the PyTorch is missing, or the sources do not compile.</exception>
    public static async Task<(string Path, string Version)> BuildAsync(string torch, string? sources, HostEnvironment environment, Action<string> tell, CancellationToken cancellation)
    {
        var version = LibTorchVersion.Of(Path.Combine(torch, "lib"))
            ?? throw Failed($"'{torch}' is not the folder of an installed PyTorch: it holds neither version.py nor build-version beside lib. `python3 -c \"import torch; print(torch.__path__[0])\"` prints that folder.");
        if (LibTorchLocation.IsOfBridge(version))
        {
            throw Failed($"libtorch {TerminalText.Escape(version)} needs no build: the bridge that comes with this program fits it. Set MERGEOPS_LIBTORCH to its folder.");
        }

        var config = Path.Combine(torch, "share", "cmake", "Torch", "TorchConfig.cmake");
        if (!File.Exists(config))
        {
            throw Failed($"The PyTorch in '{torch}' was installed without what is needed to compile against it: there is no {config}.");
        }

        if (sources is not null && !Directory.Exists(BridgeProject.SourcesIn(sources)))
        {
            throw Failed($"'{sources}' is not a checkout of TorchSharp: there is no {BridgeProject.SourcesIn(sources)}.");
        }

        var folder = FolderOf(environment.Home, version);
        await InstalledFolder.MakeAsync(folder, Codes.BridgeNotBuilt, async work =>
        {
            if (sources is null)
            {
                sources = Path.Combine(work, "sources");
                tell($"fetching TorchSharp {TorchSharpSources.Version}");
                await TorchSharpSources.FetchAsync(sources, environment, cancellation);
            }

            var (project, build) = (Path.Combine(work, "project"), Path.Combine(work, "build"));
            BridgeProject.Write(project, sources);
            await StepAsync(["-S", project, "-B", build, "-DCMAKE_BUILD_TYPE=Release", $"-DCMAKE_PREFIX_PATH={Path.GetFullPath(torch)}"]);
            tell($"compiling the bridge for libtorch {version}, which takes a few minutes");
            await StepAsync(["--build", build, "--config", "Release", "--parallel", Compilers().ToString(CultureInfo.InvariantCulture)]);
            return Path.Combine(build, BridgeProject.Made);

            async Task StepAsync(string[] arguments)
            {
                var (exitCode, output) = await ToolRun.RunAsync("cmake", arguments, work, environment, CMake, cancellation);
                if (exitCode != 0)
                {
                    throw Failed($"cmake says: {Reason(output.Replace(work, "", StringComparison.Ordinal))}");
                }
            }
        });
        return (Path.Combine(folder, NativePackage.FileName(LibTorchLocation.BridgeName)), version);
    }

    // the first errors say what is wrong; without any, the end does
    private static string Reason(string output)
    {
        var errors = Errors().Matches(output).Take(3).Select(error => error.Value).ToList();
        return string.Join(' ', (errors.Count > 0 ? errors : output.Trim().Split('\n').TakeLast(3)).Select(line => TerminalText.Escape(line.Trim().ReplaceLineEndings(" "))));
    }

    private static string FolderOf(MergeOpsHome home, string version) => Path.Combine(NativePackage.FolderOfAll(home), $"bridge-{TorchSharpSources.Version}-{version}-{NativePackage.ThisRid}");

    private static long Compilers() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesOfCompiler, 1, Environment.ProcessorCount);

    private static MergeOpsException Failed(string detail) => new(Codes.BridgeNotBuilt, detail);

    [GeneratedRegex(@"^(?:CMake Error.*(?:\r?\n(?:\s+\S.*|\s*$)){0,3}|.*\berror\b.*)$", RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Errors();
}
