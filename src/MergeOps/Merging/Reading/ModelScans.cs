using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Merging.Reading;

/// <summary>Finds out about all tensors together what jobs wait for.</summary>
internal static class ModelScans
{
    /// <summary>Passes over all tensors as often as jobs need it, also those of which only other parts of a merge make something.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="context">What the threads share; knows the results afterwards.</param>
    /// <param name="threads">How many threads at most.</param>
    /// <param name="cancellation">Stops.</param>
    public static void Run(IEnumerable<TensorJob> jobs, ReadingContext context, int threads, CancellationToken cancellation)
    {
        foreach (var scan in JobScan.Of(jobs).Where(scan => !context.Scans.Has(scan)))
        {
            var result = scan.Start();
            while (result.NeedsPass)
            {
                new InputPass(context, scan.Members, cancellation).Run(threads, (reader, _) => job => reader.Read(job.WithoutTail, TileLayout.Elements, result.Look));
                result.EndPass();
            }

            context.Scans.Add(scan, result);
        }
    }
}
