using System.Diagnostics;
using System.Globalization;
using MergeOps.Merging;
using MergeOps.Merging.InMemory;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Eleven points of λ in memory, without scoring, against ordinary merges of the same models, in one process.</summary>
internal static class SweepRun
{
    private const int Points = 11;
    private const int Repetitions = 3;

    /// <summary>Merges, sweeps, compares every digest, and prints the ratio of the medians.</summary>
    public static int Run(string name, string models, string output)
    {
        TorchRuntime.StartLoading(HostEnvironment.OfThisProcess());
        var method = MethodCatalogue.Default.Find(name) ?? throw new ArgumentException($"no method is called {name}", nameof(name));
        MergePlan[] plans = [.. Enumerable.Range(0, Points).Select(point => MethodRun.Plan(method, models, point / (Points - 1.0)))];
        List<string> digests = [];
        List<double> merges = [], sweeps = [];
        foreach (var plan in plans)
        {
            var begun = Stopwatch.GetTimestamp();
            digests.Add(MergeEngine.Run(plan, new MergeOptions { Output = output, Replace = true }, null, CancellationToken.None).ModelDigest);
            merges.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            Directory.Delete(output, recursive: true);
        }

        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            var begun = Stopwatch.GetTimestamp();
            var swept = new MemoryMerge(new MergeOptions { Output = "" }) { Keeps = false }.Run(plans, null, CancellationToken.None);
            sweeps.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            if (!swept.Select(model => model.ModelDigest).SequenceEqual(digests))
            {
                throw new InvalidOperationException("a point in memory has another digest than its ordinary merge");
            }
        }

        var (merge, sweep) = (Middle.Of(merges), Middle.Of(sweeps));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name}: one merge {merge:F2} s ({merges.Min():F2} to {merges.Max():F2}), {Points} points in memory {sweep:F2} s ({sweeps.Min():F2} to {sweeps.Max():F2}), ratio {sweep / merge:F2}; every digest is equal"));
        return ProcessEnd.With(0);
    }
}
