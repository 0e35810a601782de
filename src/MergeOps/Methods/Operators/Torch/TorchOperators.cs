namespace MergeOps.Methods.Operators.Torch;

/// <summary>The operators in torch, for devices other than the CPU; whole tiles at a time, with temporaries.</summary>
internal static class TorchOperators
{
    /// <summary>One implementation of each family.</summary>
    public static OperatorSet All { get; } = new(
        new TorchProducts(),
        new TorchDivergences(),
        new TorchDifferences(),
        new TorchImportances(),
        new TorchConsensusSums(),
        new TorchSelections(),
        new TorchVariances(),
        new TorchRandomMasks(),
        new TorchWeightedSums(),
        new TorchElectedSums(),
        new TorchMovedSums(),
        new TorchLargestEntries());
}
