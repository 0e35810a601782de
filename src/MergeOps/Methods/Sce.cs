using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>Select, calculate, erase: task vectors at the positions where they vary most, weighted by their energy, with elected signs.</summary>
internal sealed class Sce : MergeMethod
{
    /// <summary>Sums of mean squares below this give equal shares; sums of shares below it are replaced by it.</summary>
    private const double Smallest = 1e-6;

    private static readonly NumberParameter Selected = new(
        "select_topk", ParameterScope.Method, 1, "The share of the positions that is kept, those where the models vary most")
    {
        Min = 0,
        Max = 1,
        Doubt = share => share == 0 ? "no position is kept, and the result is the base." : null,
    };

    public override string Name => "sce";

    public override string Title => "SCE";

    public override string Summary => "Task vectors where they vary most, weighted by their mean squares, merged where they agree in sign";

    public override int Version => 1;

    internal override double RelativeCost => 2;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2408.07990");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } =
        [Selected, new FlagParameter("int8_mask", ParameterScope.Method, false, "The type of mergekit's masks") { HasNoEffect = true }];

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var selection = VarianceSelection.Prepare(inputs, Selected.Of(inputs.Parameters));
        var models = inputs.Models.Length;
        var squares = Enumerable.Range(0, models).Select(_ => inputs.Operators<IProducts>().StartGram(1)).ToArray();
        inputs.Scan(tile =>
        {
            var deltas = selection.Deltas(tile);
            for (var i = 0; i < models; i++)
            {
                squares[i].Add([deltas[i]]);
            }
        });
        selection.Rewind();
        var shares = Shares(Array.ConvertAll(squares, square => square[0, 0] / inputs.ElementCount));
        var votes = Enumerable.Repeat(1.0, models).ToArray();
        var election = new SignElection(votes, shares, shares) { MinDivisor = Smallest };
        var sums = inputs.Operators<IElectedSums>();
        return tile => sums.AddElected(tile.Output, tile.Base, selection.Deltas(tile), election);
    }

    private static double[] Shares(double[] meanSquares)
    {
        var total = meanSquares.Sum();
        return Array.ConvertAll(meanSquares, square => total < Smallest ? 1.0 / meanSquares.Length : square / total);
    }
}
