using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods;

/// <summary>Takes from the other model the weights that changed unusually much, counted by how much their row's softmax changed.</summary>
internal sealed class ArceeFusion : MergeMethod
{
    /// <summary>How many interquartile ranges above the median a weight's importance must lie.</summary>
    private const double Ranges = 1.5;

    private const int Importance = 0;

    public override string Name => "arcee_fusion";

    public override string Title => "Arcee Fusion";

    public override string Summary => "The base with those weights of one other model whose change stands out";

    public override int Version => 1;

    internal override double RelativeCost => 5.5;

    public override Uri Reference { get; } = new("https://www.arcee.ai/");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override int MaxModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    // a softmax of each row decides which weights stand out
    internal override bool RoundsAlikeEverywhere => false;

    public override TileLayout LayoutFor(ResolvedParameters parameters) => TileLayout.Rows;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var rowLength = inputs.Shape.IsEmpty ? 1 : inputs.Shape[^1];
        var divergences = new double[inputs.ElementCount / Math.Max(rowLength, 1)];
        var (rows, importances) = (inputs.Operators<IDivergences>(), inputs.Operators<IImportances>());
        var quantiles = inputs.Operators<ISelections>().StartQuantiles(inputs.ElementCount, 0.25, 0.5, 0.75);
        for (var isFirstScan = true; quantiles.NeedsScan; isFirstScan = false)
        {
            inputs.Scan(tile =>
            {
                if (isFirstScan)
                {
                    rows.RowDivergences(tile.Models[0], tile.Base).CopyTo(divergences.AsSpan((int)(tile.Start / rowLength)));
                }

                var importance = tile.Scratch(Importance);
                importances.Importance(importance, tile.Models[0], tile.Base, FactorsOf(tile));
                quantiles.Count(importance);
            });
            quantiles.EndScan();
        }

        var (lower, median, upper) = (quantiles.Values[0], quantiles.Values[1], quantiles.Values[2]);
        var threshold = median + (Ranges * (upper - lower));
        return tile => importances.TakeImportant(tile.Output, tile.Models[0], tile.Base, FactorsOf(tile), threshold);

        double[] FactorsOf(Tile tile) => divergences.AsSpan((int)(tile.Start / rowLength), (int)(tile.Length / rowLength)).ToArray();
    }
}
