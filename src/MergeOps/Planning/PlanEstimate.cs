namespace MergeOps.Planning;

/// <summary>What a plan costs: outside every digest.</summary>
/// <param name="BytesToRead">Bytes of input tensors, each counted once, and once more for each pass over all of them that comes before the merge.</param>
/// <param name="BytesToWrite">Bytes of output tensors.</param>
/// <param name="Merged">Tensors that are merged.</param>
/// <param name="Copied">Tensors that are copied.</param>
/// <param name="Parameters">Elements of all output tensors.</param>
/// <param name="BufferBytes">Bytes of buffers that one worker thread needs at its largest tile, beyond libtorch itself.</param>
internal sealed record PlanEstimate(long BytesToRead, long BytesToWrite, int Merged, int Copied, long Parameters, long BufferBytes)
{
    private const double Billion = 1e9;

    /// <summary>About how many billions of floating-point operations decompositions of matrices take, rounded up; 0 where nothing is decomposed.</summary>
    public long DecompositionGigaflops { get; init; }

    /// <summary>Adds up a plan.</summary>
    public static PlanEstimate Of(MergePlan plan) => new(
        BytesReadBy(plan),
        plan.Jobs.Sum(job => job.ByteLength),
        plan.Jobs.Count(job => job.Kind == JobKind.Merge),
        plan.Jobs.Count(job => job.Kind == JobKind.Copy),
        plan.Jobs.Sum(job => job.ElementCount),
        plan.Jobs.Max(job => TileMemory.Need(job, job.Layout, TileMemory.DefaultTileElements)))
    {
        DecompositionGigaflops = (long)Math.Ceiling(plan.Made.Concat(plan.Made.SelectMany(job => job.StageJobs)).Where(job => job.Method is { DecomposesMatrices: true }).Distinct().Sum(WorkOf) / Billion),
    };

    private static double WorkOf(TensorJob job) => job.Method!.DecompositionWork(job.Parameters, job.WithoutTail.Shape, job.Inputs.Length);

    /// <summary>Bytes of the input tensors of a plan's jobs that are carried out, each counted once, and those of the passes that come before.</summary>
    public static long BytesReadBy(MergePlan plan)
    {
        var (seen, bytes) = (new OriginSet(plan.Owners), 0L);
        foreach (var job in plan.Made)
        {
            bytes += seen.AddReadBy(job);
        }

        return bytes + JobScan.Of(plan.Made).Sum(scan => scan.Passes * scan.BytesOfPass);
    }
}
