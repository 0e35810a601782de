namespace MergeOps.Tensors;

/// <summary>
/// Memory of work on very many tensors or tokens: what a step leaves behind goes before the next one begins, since the garbage
/// collector lets a growing heap double first. How large the work is decides, not the heap, which may be that of a host program.
/// </summary>
internal static class LargeHeap
{
    private const long Many = 20_000;

    /// <summary>Whether so many tensors or tokens are very many: then work on them is divided among threads, too.</summary>
    public static bool IsLarge(long things) => things >= Many;

    /// <summary>Frees what nobody uses any more, after a step over many things; after one over few it does nothing.</summary>
    /// <param name="things">Tensors or tokens that the step dealt with.</param>
    public static void SettleAfter(long things)
    {
        if (IsLarge(things))
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
