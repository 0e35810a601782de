using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Commands;

/// <summary>How a command of the settings ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="LastLines">The last lines that it printed, safe for a terminal.</param>
internal sealed record CommandEnd(int ExitCode, ImmutableArray<string> LastLines)
{
    /// <summary>What it printed last, to follow a sentence about its end.</summary>
    public string Printed => LastLines.IsEmpty ? " It printed nothing." : $" Its last lines:\n{string.Join('\n', LastLines)}";
}

/// <summary>
/// Runs a command that the owners of a repository named in its settings: without a shell, without secrets but those in
/// <see cref="Variables"/>, and without a time limit but that of an exchange. What it prints is passed on, on a runner between <c>::stop-commands::</c> marks, so that no line of it commands the workflow.
/// </summary>
/// <param name="environment">What the command sees, without secrets.</param>
/// <param name="failed">The failure of a command that could not be run, by its reason.</param>
/// <param name="tell">Hears each line that the command prints.</param>
/// <param name="cancellation">Ends the command with everything that it started.</param>
internal sealed class CommandRun(HostEnvironment environment, Func<string, Exception?, MergeOpsException> failed, Action<string> tell, CancellationToken cancellation)
{
    private const int KeptLines = 20;

    // a program that the command left running may hold its output for ever
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    /// <summary>Variables that the command sees although they may hold secrets.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];

    private readonly Queue<string> last = new();
    private readonly Lock telling = new();

    /// <summary>Runs it to its end.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="folder">Where it runs; null for the current folder.</param>
    /// <param name="exchange">What it gets on stdin and answers on stdout; null for a command that gets nothing and only reports.</param>
    /// <exception cref="MergeOpsException">It cannot be started, or does not keep to the bounds of the exchange.</exception>
    public async Task<CommandEnd> RunAsync(ImmutableArray<string> words, string? folder, CommandExchange? exchange = null)
    {
        var (program, objection) = CommandProgram.Find(environment, words[0], folder);
        var start = new ProcessStartInfo(program ?? throw failed(objection!, null))
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

        var emptyHome = Directory.CreateTempSubdirectory("mergeops-command-").FullName;
        try
        {
            environment.GiveTo(start);
            ChildEnvironment.Restrict(start.Environment, new HubEnvironment(environment).Home, emptyHome);
            foreach (var name in Variables)
            {
                start.Environment[name] = environment[name];
            }

            var exitCode = await MutedAsync(() => RunAsync(start, exchange));
            lock (telling)
            {
                return new CommandEnd(exitCode, [.. last]);
            }
        }
        finally
        {
            DurableFolder.Remove(emptyHome);
        }
    }

    private async Task<int> RunAsync(ProcessStartInfo start, CommandExchange? exchange)
    {
        using var shield = new ProcessShield();
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            throw failed(e.Message, e);
        }

        using var bound = new CancellationTokenSource(exchange?.Timeout ?? Timeout.InfiniteTimeSpan, environment.Clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, bound.Token);
        if (exchange is null)
        {
            process.StandardInput.Close();
        }

        var printed = Task.WhenAll(exchange?.RunAsync(process, bound) ?? PassOnAsync(process.StandardOutput), PassOnAsync(process.StandardError));
        try
        {
            await process.WaitForExitAsync(ending.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw failed(exchange!.Objection(hasEnded: false), null);
        }

        await Task.WhenAny(printed, Task.Delay(LastWords, cancellation));
        if (process.ExitCode == 0 && exchange is { Answer: null })
        {
            throw failed(exchange.Objection(hasEnded: true), null);
        }

        return process.ExitCode;
    }

    private async Task PassOnAsync(StreamReader printed)
    {
        var lines = new PrintedLines(printed);
        while (await lines.NextAsync(cancellation) is { } line)
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
}
