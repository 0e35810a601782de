namespace MergeOps.Tensors;

/// <summary>
/// Memory of work on very many tensors or tokens: what a step leaves behind goes before the next one begins, since the garbage
/// collector lets a growing heap double first. How large the work is decides, not the heap, which may be that of a host program.
/// </summary>
internal static class LargeHeap
{
    private const long Many = 20_000;

    /// <summary>Frees what nobody uses any more, after a step over many things; after one over few it does nothing.</summary>
    /// <param name="things">Tensors or tokens that the step dealt with.</param>
    public static void SettleAfter(long things)
    {
        if (things >= Many)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
