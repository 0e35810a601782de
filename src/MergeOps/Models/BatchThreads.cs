using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>
/// Runs batches that do not depend on each other on several processors. Each is computed by one thread, in the same order of
/// operations, so the number of threads changes no bit.
/// </summary>
internal static class BatchThreads
{
    /// <summary>Of the memory so much may be taken by what is computed at once.</summary>
    private const int ShareOfMemory = 8;

    /// <summary>How many batches may be computed at once.</summary>
    /// <param name="bytesOfOne">What one of them takes while it is computed.</param>
    public static int AtOnce(long bytesOfOne) =>
        (int)Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory / Math.Max(1, bytesOfOne), 1, Environment.ProcessorCount);

    /// <summary>Calls for each batch; one after the other on a device that is not the CPU, and where gradients are recorded.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="atOnce">How many at once.</param>
    /// <param name="device">Where they are computed.</param>
    /// <param name="compute">Computes one; what it makes lives in a dispose scope of its own.</param>
    /// <param name="cancellation">Stops between two of them.</param>
    public static void ForEach(int count, int atOnce, Device device, Action<int> compute, CancellationToken cancellation)
    {
        if (count == 1 || atOnce == 1 || device.type != DeviceType.CPU || is_grad_enabled())
        {
            for (var index = 0; index < count; index++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                compute(index);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, index =>
            {
                using var noGradient = no_grad();
                using var scope = NewDisposeScope();
                compute(index);
            });
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
