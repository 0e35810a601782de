using System.ComponentModel;
using System.Diagnostics;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Runtime.Natives;

/// <summary>What a tool is needed for.</summary>
/// <param name="Code">What fails without it.</param>
/// <param name="Purpose">Begins the message where it does not start, up to the program's name.</param>
/// <param name="Advice">What to do then.</param>
internal sealed record ToolNeed(DiagnosticCode Code, string Purpose, string Advice);

/// <summary>Runs a development tool to its end: NuGet, git, CMake.</summary>
internal static class ToolRun
{
    // nothing that these tools run has business with the user's models
    private static readonly string[] Secrets = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

    // by which git would work on the repository of a hook that started this program
    private static readonly string[] OfAnotherRepository = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"];

    /// <summary>Runs it.</summary>
    /// <param name="program">The tool.</param>
    /// <param name="arguments">Its arguments, as they are.</param>
    /// <param name="folder">Where it starts.</param>
    /// <param name="environment">The variables that it sees, less the user's tokens.</param>
    /// <param name="need">What it is for.</param>
    /// <param name="cancellation">Ends it and everything that it started.</param>
    /// <returns>Its exit status and all that it printed.</returns>
    /// <exception cref="MergeOpsException">It does not start.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string folder, HostEnvironment environment, ToolNeed need, CancellationToken cancellation)
    {
        using var process = Start(program, arguments, folder, environment, need);
        process.StandardInput.Close();
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

    private static Process Start(string program, IEnumerable<string> arguments, string folder, HostEnvironment environment, ToolNeed need)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        environment.GiveTo(start);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        foreach (var name in Secrets.Concat(OfAnotherRepository))
        {
            start.Environment.Remove(name);
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception refusal)
        {
            throw new MergeOpsException(
                need.Code, $"{need.Purpose}, and `{program}` does not start: {refusal.Message.TrimEnd('.')}. {need.Advice}", innerException: refusal);
        }
    }
}
