using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Slurm;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Plans a recipe and writes the script that merges it on a Slurm cluster.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">How each part is merged.</param>
internal sealed class SlurmRecipe(HostEnvironment environment, MergeOptions options)
{
    /// <summary>The number of parts where nobody says one.</summary>
    public const int UsualPartitions = 4;

    // libtorch and the program itself
    private const long BesideBuffers = 1L << 30;

    /// <summary>Plans; null when errors were found.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="output">The folder of the merged model; null for <c>out/NAME</c>.</param>
    /// <param name="partitions">How many parts; no more than the output has files.</param>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public (SlurmScript? Script, DiagnosticBag Found) Run(string recipePath, string? output, int partitions)
    {
        var (planned, found) = PlanRecipe.Run(environment, recipePath);
        if (planned is null)
        {
            return (null, found);
        }

        var plan = planned.Plan;
        return (
            new(
                plan.Name,
                plan.Digest,
                Path.GetFullPath(recipePath),
                Path.TrimEndingDirectorySeparator(Path.GetFullPath(output ?? Path.Combine("out", plan.Name))),
                Math.Min(partitions, options.LayoutOf(plan).Shards.Length),
                options.Threads,
                options.MaxMemory + BesideBuffers),
            found);
    }
}
