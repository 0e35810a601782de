using System.Diagnostics;
using System.Globalization;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Measures floor and method in turn, with the models in the page cache and without, and prints a Markdown table.</summary>
internal static class SpeedTable
{
    /// <summary>Makes the models, measures, prints and removes everything.</summary>
    public static int Print(BenchmarkSettings settings)
    {
        Console.WriteLine("| method | model | page cache | inputs read | method s | floor s | ratio | spread | GB/s | peak MiB | start-up s | phases s (start, tensors, flush) |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        var startUps = StartUp(settings);
        foreach (var layers in settings.Layers)
        {
            WithModels(settings, layers, models =>
            {
                foreach (var method in settings.Methods)
                {
                    foreach (var cache in settings.Caches)
                    {
                        Rows(settings, method, models, cache, startUps).ForEach(Console.WriteLine);
                    }
                }
            });
        }

        return 0;
    }

    private static StartUps StartUp(BenchmarkSettings settings)
    {
        var startUps = new StartUps(0, []);
        WithModels(settings, 0, models =>
        {
            var methods = settings.Methods.ToDictionary(
                method => method,
                method => Middle.Of(Enumerable.Range(0, settings.Pairs).Select(_ => Merge(Environment.ProcessPath!, method, models).Seconds)),
                StringComparer.Ordinal);
            startUps = new(Middle.Of(Enumerable.Range(0, settings.Pairs).Select(_ => ReadAndWrite(3, models).Seconds)), methods);
        });
        return startUps;
    }

    /// <summary>Makes models of a depth, and removes them and all that was made of them.</summary>
    public static void WithModels(BenchmarkSettings settings, int layers, Action<string> measure)
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

    private static List<string> Rows(BenchmarkSettings settings, string method, string models, string cache, StartUps startUps)
    {
        var inputs = MethodRun.InputCount(method);
        string[] programs = settings.Against is { } other ? [Environment.ProcessPath!, other] : [Environment.ProcessPath!];
        var rounds = Enumerable.Range(0, settings.Pairs)
            .Select(_ => (
                Floor: Prepared(models, cache, () => ReadAndWrite(inputs, models)),
                Methods: Array.ConvertAll(programs, program => Prepared(models, cache, () => Merge(program, method, models)))))
            .ToList();
        return [.. programs.Select((program, i) => Row(
            i == 0 ? method : $"{method}, the other build", inputs, models, cache, rounds.ConvertAll(round => new Pair(round.Floor, round.Methods[i])), startUps.Methods[method], startUps.Floor))];
    }

    private static Run Prepared(string models, string cache, Func<Run> run)
    {
        if (cache == BenchmarkSettings.Cold)
        {
            PageCache.Drop(RandomModels.Names.Select(name => Weights(models, name)));
        }

        return run();
    }

    private static string Row(string name, int inputs, string models, string cache, List<Pair> pairs, double startUp, double floorStartUp)
    {
        var whole = pairs.ConvertAll(pair => pair.Method.Seconds / pair.Floor.Seconds);
        var net = pairs.ConvertAll(pair => (pair.Method.Seconds - startUp) / (pair.Floor.Seconds - floorStartUp));
        var middle = Middle.By(pairs.Select(pair => pair.Method), run => run.Seconds);
        var size = new FileInfo(Weights(models, RandomModels.Names[0])).Length;
        var bytes = size * (inputs + 1);
        var phases = middle.Report.Timings;
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {size / 1e9:F2} GB | {cache} | {inputs} | {middle.Seconds:F2} | {Middle.Of(pairs.Select(pair => pair.Floor.Seconds)):F2} "
            + $"| {Middle.Of(whole):F2} ({Middle.Of(net):F2} without start-up) | {whole.Min():F2}–{whole.Max():F2} | {bytes / middle.Seconds / 1e9:F1} "
            + $"| {pairs.Max(pair => pair.Method.Report.PeakKiB) / 1024} | {startUp:F2} "
            + $"| {phases.Start.TotalSeconds:F2}, {phases.Tensors.TotalSeconds:F2}, {phases.Flush.TotalSeconds:F2} |");
    }

    private static string Weights(string models, string name) => Path.Combine(models, name, ModelFileNames.Weights);

    private static Run ReadAndWrite(int inputs, string models) =>
        Measure(Environment.ProcessPath!, models, output => ["floor", inputs.ToString(CultureInfo.InvariantCulture), models, output]);

    /// <summary>Merges by a method in a process of its own.</summary>
    public static Run Merge(string program, string method, string models) =>
        Measure(program, models, output => ["merge", method, models, output]);

    private static Run Measure(string program, string models, Func<string, string[]> arguments)
    {
        var output = Path.Combine(models, "output");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments(output)) { RedirectStandardOutput = true })!;
        var last = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 0
            ? new(seconds, ProcessReport.Parse(last))
            : throw new InvalidOperationException($"{string.Join(' ', arguments(output))} ended with {process.ExitCode}");
    }

    private sealed record StartUps(double Floor, Dictionary<string, double> Methods);

    /// <summary>A process that was measured.</summary>
    internal sealed record Run(double Seconds, ProcessReport Report);

    private sealed record Pair(Run Floor, Run Method);
}
