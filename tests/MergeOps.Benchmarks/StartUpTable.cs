using System.Diagnostics;
using System.Globalization;

namespace MergeOps.Benchmarks;

/// <summary>Measures how soon the verbs answer that read text and headers only.</summary>
internal static class StartUpTable
{
    private const int WarmUps = 3;
    private const int Runs = 20;

    /// <summary>Prints the median, the shortest and the longest run of each verb.</summary>
    /// <param name="program">The published command line.</param>
    /// <param name="recipe">A recipe with a lock.</param>
    public static int Print(string program, string recipe)
    {
        Console.WriteLine("| command | median ms | shortest | longest |");
        Console.WriteLine("|---|---:|---:|---:|");
        foreach (var verb in (string[])["validate", "plan"])
        {
            var runs = Enumerable.Range(0, WarmUps + Runs).Select(_ => Milliseconds(program, verb, recipe)).Skip(WarmUps).Order().ToList();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{verb}` | {Middle.Of(runs):F0} | {runs[0]:F0} | {runs[^1]:F0} |"));
        }

        return 0;
    }

    private static double Milliseconds(string program, string verb, string recipe)
    {
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, [verb, recipe]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(started).TotalMilliseconds
            : throw new InvalidOperationException($"{verb} ended with {process.ExitCode}");
    }
}
