using System.Diagnostics;

namespace MergeOps.Packages.Tests;

/// <summary>What a program wrote and how it ended.</summary>
internal sealed record Finished(string CommandLine, int ExitCode, string Output, string Error)
{
    /// <summary>Everything, for the message of a failed test.</summary>
    public override string ToString() => $"{CommandLine} ended with {ExitCode}\n{Output}\n{Error}";
}

/// <summary>Programs as a user starts them.</summary>
internal static class Commands
{
    /// <summary>Runs a program in a folder and waits for it.</summary>
    public static Finished Run(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        string[] all = [.. arguments];
        using var process = Start(program, all, folder, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return new Finished(string.Join(' ', [program, .. all]), process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Starts a program in a folder.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
