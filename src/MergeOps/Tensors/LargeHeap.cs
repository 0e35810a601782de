namespace MergeOps.Tensors;

/// <summary>
/// Memory of work on models of very many tensors: what a step leaves behind goes before the next one begins, since the garbage
/// collector lets a growing heap double first. On usual models it does nothing.
/// </summary>
internal static class LargeHeap
{
    private const long Usual = 64 << 20;

    /// <summary>Frees what nobody uses any more.</summary>
    public static void Settle()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) > Usual)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
