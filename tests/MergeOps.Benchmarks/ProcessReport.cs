using System.Globalization;
using MergeOps.Merging;

namespace MergeOps.Benchmarks;

/// <summary>What a measured process says of itself in the last line that it prints.</summary>
/// <param name="PeakKiB">Its largest resident set.</param>
/// <param name="Timings">Its phases.</param>
internal sealed record ProcessReport(long PeakKiB, MergeTimings Timings)
{
    /// <summary>Prints the line and gives the exit code.</summary>
    public static int Print(MergeTimings timings)
    {
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var kib = peak.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        Console.WriteLine($"{kib} {timings.Start.Ticks} {timings.Tensors.Ticks} {timings.Flush.Ticks} {timings.Processors.Ticks} {timings.SecondHalf?.Tensors.Ticks ?? -1} {timings.SecondHalf?.Processors.Ticks ?? -1}");
        return 0;
    }

    /// <summary>Reads the line.</summary>
    public static ProcessReport Parse(string line)
    {
        var numbers = Array.ConvertAll(line.Split(' '), text => long.Parse(text, CultureInfo.InvariantCulture));
        var timings = new MergeTimings(new(numbers[1]), new(numbers[2]), new(numbers[3]))
        {
            Processors = new(numbers[4]),
            SecondHalf = numbers[5] >= 0 ? (new(numbers[5]), new(numbers[6])) : null,
        };
        return new(numbers[0], timings);
    }
}
