using MergeOps.Methods.Contract;

namespace MergeOps.Methods.PostProcessing;

/// <summary>The inputs of a tensor and the tensor as it is merged so far, as a post-processor sees them.</summary>
/// <param name="inputs">The inputs as they are read.</param>
/// <param name="step">The post-processor.</param>
/// <param name="from">The pieces in which they are read.</param>
/// <param name="mergeAgain">Makes a function that merges from the first tile on.</param>
internal sealed class MergedInputs(ITensorInputs inputs, PostStep step, TileLayout from, Func<TileFunction> mergeAgain)
    : ShapedInputs(inputs, from, step.Layout), IMergedInputs
{
    public override ResolvedParameters Parameters => step.Parameters;

    public double Position => step.Position;

    public void ScanMerged(Action<Tile> visit)
    {
        var merge = mergeAgain();
        Read.Scan(tile =>
        {
            merge(new ProcessedTile(tile, Shape, Pieces, Pieces) { IsLookedAt = true });
            visit(new ProcessedTile(tile, Shape, Pieces, step.Layout) { HasKeptBase = true, IsLookedAt = true });
        });
    }
}
