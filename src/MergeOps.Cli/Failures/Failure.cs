using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;

namespace MergeOps.Cli.Failures;

/// <summary>Turns whatever was thrown into one line and an exit code; no stack trace reaches the console.</summary>
internal static class Failure
{
    /// <summary>Reports it.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, IReadOnlyList<string> arguments, Screen screen)
    {
        var cause = Cause(exception);
        switch (cause)
        {
            case MergeOpsException { Diagnostic: var diagnostic }:
                screen.Report([diagnostic]);
                return ExitCode.Of(diagnostic.Code.Kind);
            case IOException or UnauthorizedAccessException or OutOfMemoryException:
                screen.Report([Diagnostic.Error(Codes.SystemRefused, cause.Message)]);
                return ExitCode.Of(Codes.SystemRefused.Kind);
            default:
                var report = CrashReport.Write(cause, arguments, screen.Environment);
                screen.Report([Diagnostic.Error(Codes.OwnMistake, $"{cause.GetType().Name}: {FirstSentence(cause.Message)} {report}")]);
                return ExitCode.OurMistake;
        }
    }

    private static Exception Cause(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Cause(only),
        TypeInitializationException { InnerException: { } inner } => Cause(inner),
        _ => exception,
    };

    private static string FirstSentence(string text) => text.ReplaceLineEndings("\n").Split('\n', 2)[0].TrimEnd('.', ' ') + ".";
}
