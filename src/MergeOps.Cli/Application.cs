using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;

namespace MergeOps.Cli;

/// <summary>From arguments to an exit code; whatever goes wrong on the way ends here as one line.</summary>
internal static class Application
{
    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Screen screen)
    {
        var exitCode = await GuardAsync(arguments, screen);
        return exitCode == ExitCode.Done ? exitCode : TellWorkflow(exitCode, screen);
    }

    private static async Task<int> GuardAsync(IReadOnlyList<string> arguments, Screen screen)
    {
        using var interruption = new Interruption(screen);
        try
        {
            return Finish(screen, await DispatchAsync(arguments, screen, interruption.Token));
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            screen.Tell("cancelled");
            return ExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, arguments, screen);
        }
    }

    private static async Task<int> DispatchAsync(IReadOnlyList<string> arguments, Screen screen, CancellationToken cancellation)
    {
        var root = new MergeOpsCommand();
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        if (parsed.GetValue(root.Help))
        {
            HelpText.Write(command, screen.Out);
            return ExitCode.Done;
        }

        if (parsed.GetValue(root.Version))
        {
            screen.Out.WriteLine(ProgramVersion.Text);
            return ExitCode.Done;
        }

        if (UsageMistakes.In(parsed) is { Count: > 0 } mistakes)
        {
            screen.Report(mistakes);
            screen.Tell($"hint: see `{HelpText.FullName(command)} --help`");
            return ExitCode.Usage;
        }

        if (command is Verb verb)
        {
            return await verb.RunAsync(parsed, screen, cancellation);
        }

        // whoever asks for nothing may be a script whose variable is empty
        HelpText.Write(command, screen.Error);
        return ExitCode.Usage;
    }

    private static int TellWorkflow(int exitCode, Screen screen)
    {
        try
        {
            WorkflowOutputs.Set(WorkflowOutputs.FailureReason, FailureReason.Of(exitCode, screen.FirstError));
        }
        catch (MergeOpsException unwritable)
        {
            screen.Report([unwritable.Diagnostic]);
        }

        return exitCode;
    }

    private static int Finish(Screen screen, int exitCode)
    {
        screen.Out.Flush();
        screen.Error.Flush();
        return exitCode;
    }
}
