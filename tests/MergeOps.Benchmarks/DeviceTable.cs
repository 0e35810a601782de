using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>
/// Merges by each method on a device and on the CPU, and prints how far the results and the times are apart, against a floor
/// that reads and writes the same bytes.
/// </summary>
internal static class DeviceTable
{
    private static readonly string[] Usual =
    [
        "arcee_fusion", "breadcrumbs", "breadcrumbs_ties", "dare_linear", "dare_ties", "della", "della_linear", "karcher", "linear", "model_stock", "multislerp",
        "nearswap", "nuslerp", "ram", "ramplus_tl", "repeated_slerp", "sce", "slerp", "task_arithmetic", "ties",
    ];

    /// <summary>Makes the models, compares, prints and removes everything.</summary>
    /// <param name="device">Such as <c>cuda</c>.</param>
    /// <param name="layers">The depth of the models; 1 layer is about 0.25 GB each.</param>
    /// <param name="folder">Where they lie.</param>
    public static int Print(string device, int layers, string folder)
    {
        TorchRuntime.StartLoading(HostEnvironment.OfThisProcess());
        RandomModels.Write(folder, layers);
        try
        {
            // what is compiled and allocated once belongs to no method
            Merge("linear", folder, device, "warm");
            Console.WriteLine($"| method | elements that differ | by more than one unit in the last place | error of the task vector | {device} s | cpu s | floor s |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|");
            foreach (var method in Usual.Where(name => MethodCatalogue.Default.Find(name) is not null))
            {
                Console.WriteLine(Row(method, folder, device));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static string Row(string method, string folder, string device)
    {
        try
        {
            var there = Merge(method, folder, device, "device");
            var here = Merge(method, folder, "cpu", "cpu");
            var floor = Time(() => Quiet(() => Floor.Run(MethodRun.InputCount(method), folder, Path.Combine(folder, "floor"))));
            var apart = Compare(Path.Combine(folder, "device"), Path.Combine(folder, "cpu"), Path.Combine(folder, RandomModels.Names[0]));
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| `{method}` | {apart.Differing:E1} | {apart.Beyond:E1} | {apart.Error:E1} | {there.TotalSeconds:F2} | {here.TotalSeconds:F2} | {floor.TotalSeconds:F2} |");
        }
        catch (MergeOpsException refused)
        {
            return $"| `{method}` | {refused.Diagnostic.Detail} | | | | | |";
        }
    }

    private static TimeSpan Merge(string method, string folder, string device, string output)
    {
        var target = Path.Combine(folder, output);
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        var plan = MethodRun.Plan(MethodCatalogue.Default.Find(method)!, folder);
        return MergeEngine.Run(plan, new MergeOptions { Output = target, Device = device }, null, CancellationToken.None).Timings.Tensors;
    }

    private static (double Differing, double Beyond, double Error) Compare(string one, string other, string origin)
    {
        var (first, second, start) = (CheckpointReader.Open(one, []), CheckpointReader.Open(other, []), CheckpointReader.Open(origin, []));
        using var ours = new TensorReader(first);
        using var theirs = new TensorReader(second);
        using var from = new TensorReader(start);
        var (elements, differing, beyond, error, length) = (0L, 0L, 0L, 0.0, 0.0);
        foreach (var tensor in first.Tensors.Values)
        {
            var (a, b, c) = (new ushort[tensor.ElementCount], new ushort[tensor.ElementCount], new ushort[tensor.ElementCount]);
            ours.Read(tensor, 0, MemoryMarshal.AsBytes(a.AsSpan()));
            theirs.Read(second.Tensors[tensor.Name], 0, MemoryMarshal.AsBytes(b.AsSpan()));
            from.Read(start.Tensors[tensor.Name], 0, MemoryMarshal.AsBytes(c.AsSpan()));
            for (var i = 0; i < a.Length; i++)
            {
                var units = Math.Abs(Ordered(a[i]) - Ordered(b[i]));
                differing += units > 0 ? 1 : 0;
                beyond += units > 1 ? 1 : 0;
                error += Math.Pow(Value(a[i]) - Value(b[i]), 2);
                length += Math.Pow(Value(b[i]) - Value(c[i]), 2);
            }

            elements += a.Length;
        }

        return ((double)differing / elements, (double)beyond / elements, length == 0 ? 0 : Math.Sqrt(error / length));
    }

    // neighbours of one sign are one apart, and both zeros are one number
    private static int Ordered(ushort bits) => (bits & 0x8000) == 0 ? bits : -(bits & 0x7FFF);

    private static float Value(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static TimeSpan Time(Action work)
    {
        var begun = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(begun);
    }

    private static void Quiet(Action work)
    {
        var shown = Console.Out;
        Console.SetOut(TextWriter.Null);
        try
        {
            work();
        }
        finally
        {
            Console.SetOut(shown);
        }
    }
}
