using System.Globalization;
using MergeOps.Methods.Contract;
using MergeOps.Planning.Costs;

namespace MergeOps.Benchmarks;

/// <summary>Takes the rates of this machine from <c>linear</c> on models of one size, predicts other sizes and methods by them, and measures these.</summary>
/// <param name="settings">Methods, sizes and how often each is measured; the first size gives the rates.</param>
internal sealed class CostTable(BenchmarkSettings settings)
{
    private const string Known = "linear";

    /// <summary>Makes the models, measures, prints and removes everything.</summary>
    public int Print()
    {
        MachineRates? rates = null;
        Console.WriteLine("| method | bytes moved | predicted s | measured s (median) | error | processor time beside linear |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (var layers in settings.Layers)
        {
            SpeedTable.WithModels(settings, layers, models =>
            {
                // the methods are compared on the models that give the rates
                foreach (var method in rates is null ? settings.Methods.Prepend(Known).Distinct() : [Known])
                {
                    var cost = MergeCost.Of(MethodRun.Plan(MethodCatalogue.Default.Find(method)!, models));
                    var run = TimingsOf(method, models);
                    var steady = run.Steady;
                    rates ??= MachineRates.Of(cost, steady.Start, steady.Tensors + steady.Flush, steady.Processors, Environment.ProcessorCount)
                        ?? throw new InvalidOperationException("the first models are too small");
                    var (predicted, measured) = (rates.SecondsOf(cost), (run.Start + run.Tensors + run.Flush).TotalSeconds);
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| `{method}` | {cost.BytesMoved / 1e9:F2} GB | {predicted:F2} | {measured:F2} | {Math.Round(100 * ((predicted / measured) - 1)):+0;-0;0} % | {steady.Processors.TotalSeconds / cost.BytesMoved / rates.PerArithmetic:F2} |"));
                }
            });
        }

        return 0;
    }

    private Merging.MergeTimings TimingsOf(string method, string models) => Middle.By(
        Enumerable.Range(0, settings.Pairs).Select(_ => SpeedTable.Merge(Environment.ProcessPath!, method, models).Report.Timings),
        timings => (timings.Start + timings.Tensors + timings.Flush).TotalSeconds);
}
