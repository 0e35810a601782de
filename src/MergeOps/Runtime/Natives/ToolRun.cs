using System.ComponentModel;
using System.Diagnostics;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>Runs a development tool to its end: NuGet, git, CMake.</summary>
internal static class ToolRun
{
    // nothing that these tools run has business with the user's models
    private static readonly string[] Secrets = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

    /// <summary>Runs it.</summary>
    /// <param name="program">The tool.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="folder">Where it starts.</param>
    /// <param name="environment">The variables that it sees, less the user's tokens.</param>
    /// <param name="whatItIsFor">What a message says where it does not start, up to the program's name, and what to do then.</param>
    /// <param name="cancellation">Ends it and everything that it started.</param>
    /// <returns>Its exit status and all that it printed.</returns>
    /// <exception cref="MergeOpsException">It does not start.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, HostEnvironment environment, (string Need, string Advice) whatItIsFor, CancellationToken cancellation)
    {
        using var process = Start(program, arguments, folder, environment, whatItIsFor);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        return (process.ExitCode, await output + "\n" + await error);
    }

    private static Process Start(string program, IEnumerable<string> arguments, string folder, HostEnvironment environment, (string Need, string Advice) whatItIsFor)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        environment.GiveTo(start);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        foreach (var secret in Secrets)
        {
            start.Environment.Remove(secret);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refusal)
        {
            throw new MergeOpsException(
                Codes.NativesNotInstalled, $"{whatItIsFor.Need}, and `{program}` does not start: {refusal.Message.TrimEnd('.')}. {whatItIsFor.Advice}", innerException: refusal);
        }
    }
}
