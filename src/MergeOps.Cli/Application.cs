using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;

namespace MergeOps.Cli;

/// <summary>From arguments to an exit code; whatever goes wrong on the way ends here as one line.</summary>
internal sealed class Application
{
    private readonly IReadOnlyList<string> arguments;
    private readonly Screen screen;
    private string verb = "";

    private Application(IReadOnlyList<string> arguments, Screen screen) => (this.arguments, this.screen) = (arguments, screen);

    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Screen screen)
    {
        await using var result = new StringWriter();
        var isForMachines = MachineOutput.IsAskedFor(arguments);
        var application = new Application(arguments, isForMachines ? screen.ForMachines(result) : screen);
        var exitCode = await application.GuardAsync();
        if (isForMachines)
        {
            exitCode = application.Deliver(result.ToString(), exitCode, screen.Out);
        }

        return exitCode == ExitCode.Done ? exitCode : TellWorkflow(exitCode, application.screen);
    }

    private static int TellWorkflow(int exitCode, Screen screen)
    {
        try
        {
            new WorkflowOutputs(screen.Environment).Set(WorkflowOutputs.FailureReason, FailureReason.Of(exitCode, screen.FirstError));
        }
        catch (MergeOpsException unwritable)
        {
            screen.Report([unwritable.Diagnostic]);
        }

        return exitCode;
    }

    private async Task<int> GuardAsync()
    {
        using var interruption = new Interruption(screen);
        try
        {
            var exitCode = await DispatchAsync(interruption.Token);
            screen.Out.Flush();
            screen.Error.Flush();
            return exitCode;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            screen.Tell("canceled");
            return ExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, arguments, screen);
        }
        finally
        {
            screen.Log?.Dispose();
            screen.Log = null;
        }
    }

    private int Deliver(string result, int exitCode, TextWriter output)
    {
        try
        {
            MachineOutput.Write(output, verb, exitCode, screen.Reported, result);
            output.Flush();
            return exitCode;
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, arguments, screen);
        }
    }

    private async Task<int> DispatchAsync(CancellationToken cancellation)
    {
        var root = new MergeOpsCommand();
        if (Completion.IsAskedFor(arguments))
        {
            Completion.Write(root, arguments, screen.Out);
            return ExitCode.Done;
        }

        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        verb = HelpText.Words(command);
        if (parsed.GetValue(root.Help))
        {
            Help.Show(command, screen);
            return ExitCode.Done;
        }

        if (parsed.GetValue(root.Version))
        {
            ProgramVersion.Show(screen);
            return ExitCode.Done;
        }

        if (UsageMistakes.In(parsed) is { Count: > 0 } mistakes)
        {
            screen.Report(mistakes);
            screen.Tell($"hint: see `{HelpText.FullName(command)} --help`");
            return ExitCode.Usage;
        }

        if (command is not Verb known)
        {
            // whoever asks for nothing may be a script whose variable is empty
            HelpText.Write(command, screen.Error);
            return ExitCode.Usage;
        }

        OpenSsl.Require(screen.Environment);
        (screen.IsVerbose, screen.IsQuiet) = (parsed.GetValue(root.Verbose), parsed.GetValue(root.Quiet));
        screen.Log = parsed.GetValue(root.Log) is { } file ? MessageLog.Open(file, screen.Environment.Clock) : null;
        return await known.RunAsync(parsed, screen, cancellation);
    }
}
