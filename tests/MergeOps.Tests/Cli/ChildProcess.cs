using System.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Tests.Cli;

/// <summary>The program as users run it: a process of its own.</summary>
internal static class ChildProcess
{
    // for programs that never end; large models take minutes
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>The program where it was built; the copy beside the tests lacks what their own frameworks bring.</summary>
    public static string Program => Path.Combine(
        Repository.Root,
        "src",
        "MergeOps.Cli",
        Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "MergeOps.Tests"), AppContext.BaseDirectory),
        OperatingSystem.IsWindows() ? "MergeOps.Cli.exe" : "MergeOps.Cli");

    /// <summary>Starts the program with its streams redirected.</summary>
    /// <param name="arguments">Its command line.</param>
    /// <param name="environment">What it sees; this process's when not given.</param>
    /// <param name="folder">Where it starts; the current folder when not given.</param>
    public static Process Start(IEnumerable<string> arguments, HostEnvironment? environment = null, string? folder = null) => Start(Program, arguments, environment, folder);

    /// <summary>Runs the program through a shell line in which <c>"$@"</c> stands for it and its arguments.</summary>
    public static CommandLineRun Shell(string line, params string[] arguments) => Shell(TestEnvironment.OfThisProcess, line, arguments);

    /// <summary>The same with an environment.</summary>
    public static CommandLineRun Shell(HostEnvironment environment, string line, params string[] arguments)
    {
        Xunit.Assert.SkipUnless(File.Exists("/bin/sh"), "needs a Unix shell");
        return Finish(Start("/bin/sh", ["-c", line, "sh", Program, .. arguments], environment));
    }

    /// <summary>Waits for the end and takes what was written.</summary>
    public static CommandLineRun Finish(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"no end after {Limit}");
            }

            return new CommandLineRun(process.ExitCode, output.Result, error.Result);
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments, HostEnvironment? environment, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        environment?.GiveTo(start);
        return Process.Start(start)!;
    }
}
