using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>
/// Fetches packages by <c>dotnet restore</c>: sources, credentials, proxies and rules about signatures are then exactly
/// those of the user's other projects.
/// </summary>
internal static partial class PackageRestore
{
    private static readonly ToolNeed NuGet = new(
        Codes.NativesNotInstalled,
        "NuGet is part of the .NET SDK",
        $"Install the SDK, or name another libtorch in MERGEOPS_LIBTORCH: `pip install torch=={NativePackage.Version}` puts one into torch/lib.");

    /// <summary>Fetches.</summary>
    /// <param name="project">What <see cref="RestoreProject"/> wrote.</param>
    /// <param name="environment">Names the SDK that runs already, and what NuGet sees.</param>
    /// <param name="cancellation">Ends NuGet and everything that it started.</param>
    /// <exception cref="MergeOpsException">There is no .NET SDK, or NuGet could not get what the project names.</exception>
    public static async Task RunAsync(string project, HostEnvironment environment, CancellationToken cancellation)
    {
        // from the project's own folder, so that no global.json of the user's repository chooses another SDK
        var (exitCode, output) = await ToolRun.RunAsync(
            environment["DOTNET_HOST_PATH"] ?? "dotnet",
            ["restore", project, "--nologo", "-nodeReuse:false", "-p:Configuration=Release"],
            Path.GetDirectoryName(project)!,
            environment,
            NuGet,
            cancellation);
        if (exitCode != 0)
        {
            throw new MergeOpsException(Codes.NativesNotInstalled, Reason(output));
        }
    }

    /// <summary>What NuGet says is wrong, without the project that only this program knows.</summary>
    internal static string Reason(string output)
    {
        string[] errors = [.. Errors().Matches(output).Select(error => error.Groups[1].Value.Trim()).Distinct(StringComparer.Ordinal)];
        return errors.Length > 0
            ? string.Join(' ', errors.Select(error => error.EndsWith('.') ? error : error + "."))
            : $"dotnet restore says: {TerminalText.Quoted(output.Trim().ReplaceLineEndings(" "))}.";
    }

    [GeneratedRegex(@": error ((?:NU|NETSDK|MSB)\d+: .+?)(?: \[[^\]]*\])?\r?$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Errors();
}
