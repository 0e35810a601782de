using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Pipeline.Repository;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Scoring;

/// <summary>
/// Runs the command that scores a model: without a shell, without secrets, without a time limit. What it prints is passed on,
/// on a runner between <c>::stop-commands::</c> marks, so that no line of it commands the workflow.
/// </summary>
/// <param name="environment">What the command sees, without secrets.</param>
/// <param name="tell">Hears each line that the command prints.</param>
/// <param name="cancellation">Ends the command with everything that it started.</param>
internal sealed class ScoringRun(HostEnvironment environment, Action<string> tell, CancellationToken cancellation)
{
    private const string ResultsName = "results.json";
    private const string ResultsPattern = "results*.json";
    private const int KeptLines = 20;

    private readonly Queue<string> last = new();
    private readonly Lock telling = new();

    /// <summary>Runs the command and gives the file that it wrote.</summary>
    /// <param name="command">The command.</param>
    /// <param name="folder">Where it runs; null for the current folder.</param>
    /// <param name="model">The model's folder.</param>
    /// <param name="recipeName">The recipe's name.</param>
    /// <param name="output">An empty folder for its results.</param>
    /// <exception cref="MergeOpsException">It cannot be started, fails, or writes no results.</exception>
    public async Task<string> RunAsync(ScoringCommand command, string? folder, string model, string recipeName, string output)
    {
        var results = Path.Combine(output, ResultsName);
        var words = command.For(model, results, recipeName);
        var start = new ProcessStartInfo(Locate(words[0], command))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Environment.CurrentDirectory,
        };
        foreach (var argument in words[1..])
        {
            start.ArgumentList.Add(argument);
        }

        var emptyHome = Directory.CreateTempSubdirectory("mergeops-scoring-").FullName;
        int exitCode;
        try
        {
            environment.GiveTo(start);
            ChildEnvironment.Restrict(start.Environment, new HubEnvironment(environment).Home, emptyHome);
            exitCode = await MutedAsync(() => RunAsync(start, command));
        }
        finally
        {
            Directory.Delete(emptyHome, recursive: true);
        }

        if (exitCode != 0)
        {
            throw Failed(command, $"It ended with {exitCode}.{LastLines()}");
        }

        return Find(output, results) ?? throw Failed(command, $"It wrote no {{results}}.{LastLines()}");
    }

    // lm_eval puts the time into the name of the file that it is told to write
    private static string? Find(string output, string results) =>
        File.Exists(results) ? results
        : Directory.GetFiles(output, ResultsPattern, SearchOption.AllDirectories) is [var only] ? only
        : null;

    // a program without a folder comes from PATH alone: a checkout must not shadow it
    private string Locate(string program, ScoringCommand command)
    {
        if (program.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar))
        {
            return program;
        }

        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe"] : [""];
        var folders = (environment["PATH"] ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Where(Path.IsPathRooted).SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending))).FirstOrDefault(File.Exists)
            ?? throw Failed(command, $"There is no program {TerminalText.Quoted(program)} in PATH.");
    }

    private async Task<int> RunAsync(ProcessStartInfo start, ScoringCommand command)
    {
        using var shield = new ProcessShield();
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw Failed(command, e.Message, e);
        }

        process.StandardInput.Close();
        var printed = Task.WhenAll(PassOnAsync(process.StandardOutput), PassOnAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await printed;
        return process.ExitCode;
    }

    private async Task PassOnAsync(StreamReader printed)
    {
        while (await printed.ReadLineAsync(cancellation) is { } line)
        {
            lock (telling)
            {
                var safe = TerminalText.Escape(line);
                last.Enqueue(safe);
                if (last.Count > KeptLines)
                {
                    last.Dequeue();
                }

                tell(safe);
            }
        }
    }

    private async Task<int> MutedAsync(Func<Task<int>> run)
    {
        if (environment["GITHUB_ACTIONS"] != "true")
        {
            return await run();
        }

        var mark = RandomNumberGenerator.GetHexString(32, lowercase: true);
        tell($"::stop-commands::{mark}");
        try
        {
            return await run();
        }
        finally
        {
            tell($"::{mark}::");
        }
    }

    private string LastLines() => last.Count == 0 ? " It printed nothing." : $" Its last lines:\n{string.Join('\n', last)}";

    private static MergeOpsException Failed(ScoringCommand command, string detail, Exception? cause = null) =>
        new(Codes.ScoringFailed, detail, command.Span, cause);
}
