namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The operators as SIMD loops over the memory of CPU tensors.</summary>
internal static class CpuOperators
{
    /// <summary>One implementation of each family.</summary>
    public static OperatorSet All { get; } = new(
        new CpuProducts(),
        new CpuDivergences(),
        new CpuDifferences(),
        new CpuImportances(),
        new CpuConsensusSums(),
        new CpuSelections(),
        new CpuVariances(),
        new CpuRandomMasks(),
        new CpuWeightedSums(),
        new CpuElectedSums(),
        new CpuMovedSums(),
        new CpuLargestEntries());
}
