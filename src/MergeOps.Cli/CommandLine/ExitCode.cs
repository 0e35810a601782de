using MergeOps.Diagnostics;

namespace MergeOps.Cli.CommandLine;

/// <summary>What the process answers; part of the contract with every front.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for is done.</summary>
    public const int Done = 0;

    /// <summary>Invalid command line.</summary>
    public const int Usage = 2;

    /// <summary>A mistake of this program.</summary>
    public const int OurMistake = 70;

    /// <summary>Interrupted by the user or the system.</summary>
    public const int Cancelled = 130;

    /// <summary>The code of a failure by who can repair it: 1, 3 or 4.</summary>
    public static int Of(FailureKind kind) => (int)kind;

    /// <summary>The code for what was found: that of the first error, or <see cref="Done"/>.</summary>
    public static int Of(IEnumerable<Diagnostic> found) =>
        found.FirstOrDefault(d => d.Severity == Severity.Error) is { } error ? Of(error.Code.Kind) : Done;
}
