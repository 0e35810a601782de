using System.Diagnostics;
using System.Globalization;

namespace MergeOps.Benchmarks;

/// <summary>Measures floor and method in turn and prints a Markdown table.</summary>
internal static class SpeedTable
{
    /// <summary>Makes the models, measures, prints and removes everything.</summary>
    public static int Print(BenchmarkSettings settings)
    {
        Console.WriteLine("| method | model | inputs read | method s | floor s | ratio | spread | GB/s | peak MiB | start-up s | phases s (start, tensors, flush) |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        var startups = StartUp(settings);
        foreach (var layers in settings.Layers)
        {
            WithModels(settings, layers, models =>
            {
                foreach (var method in settings.Methods)
                {
                    Console.WriteLine(Row(settings, method, models, startups[method], startups["floor"]));
                }
            });
        }

        return 0;
    }

    private static Dictionary<string, double> StartUp(BenchmarkSettings settings)
    {
        var seconds = new Dictionary<string, double>();
        WithModels(settings, 0, models =>
        {
            foreach (var method in settings.Methods)
            {
                seconds[method] = Median(Enumerable.Range(0, settings.Pairs).Select(_ => Merge(method, models).Seconds));
            }

            seconds["floor"] = Median(Enumerable.Range(0, settings.Pairs).Select(_ => ReadAndWrite(3, models).Seconds));
        });
        return seconds;
    }

    private static void WithModels(BenchmarkSettings settings, int layers, Action<string> measure)
    {
        var folder = Path.Combine(settings.Folder, $"layers-{layers}");
        try
        {
            RandomModels.Write(folder, layers);
            measure(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Row(BenchmarkSettings settings, string method, string models, double startUp, double floorStartUp)
    {
        var inputs = MethodRun.InputCount(method);
        var pairs = Enumerable.Range(0, settings.Pairs).Select(_ => (Floor: ReadAndWrite(inputs, models), Method: Merge(method, models))).ToList();
        var whole = pairs.ConvertAll(pair => pair.Method.Seconds / pair.Floor.Seconds);
        var net = pairs.ConvertAll(pair => (pair.Method.Seconds - startUp) / (pair.Floor.Seconds - floorStartUp));
        var middle = pairs.Select(pair => pair.Method).OrderBy(run => run.Seconds).ElementAt(pairs.Count / 2);
        var size = new FileInfo(Path.Combine(models, RandomModels.Names[0], "model.safetensors")).Length;
        var bytes = size * (inputs + 1);
        var phases = middle.Report.Timings;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {method} | {size / 1e9:F2} GB | {inputs} | {middle.Seconds:F2} | {Median(pairs.Select(pair => pair.Floor.Seconds)):F2} "
            + $"| {Median(whole):F2} ({Median(net):F2} without start-up) | {whole.Min():F2}–{whole.Max():F2} | {bytes / middle.Seconds / 1e9:F1} "
            + $"| {pairs.Max(pair => pair.Method.Report.PeakKiB) / 1024} | {startUp:F2} "
            + $"| {phases.Start.TotalSeconds:F2}, {phases.Tensors.TotalSeconds:F2}, {phases.Flush.TotalSeconds:F2} |");
    }

    private static (double Seconds, ProcessReport Report) ReadAndWrite(int inputs, string models) =>
        Measure(models, output => ["floor", inputs.ToString(CultureInfo.InvariantCulture), models, output]);

    private static (double Seconds, ProcessReport Report) Merge(string method, string models) =>
        Measure(models, output => ["merge", method, models, output]);

    private static (double Seconds, ProcessReport Report) Measure(string models, Func<string, string[]> arguments)
    {
        var output = Path.Combine(models, "output");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments(output)) { RedirectStandardOutput = true })!;
        var last = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 0
            ? (seconds, ProcessReport.Parse(last))
            : throw new InvalidOperationException($"{string.Join(' ', arguments(output))} ended with {process.ExitCode}");
    }

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : 0;
}
