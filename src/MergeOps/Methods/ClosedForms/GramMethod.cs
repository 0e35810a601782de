using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods.ClosedForms;

/// <summary>Methods that solve for each linear weight with the Gram matrices of its inputs; what has none is averaged.</summary>
internal abstract class GramMethod : MergeMethod
{
    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, 1, "The model's share") { Role = ParameterRole.Share, Min = 0 };
    private static readonly NumberParameter Ridge = new("ridge", ParameterScope.Method, 1e-6, "Added to the diagonal of each Gram matrix, as a share of its mean") { Min = 0 };

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public sealed override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Alpha, Ridge];

    /// <summary>What the off-diagonal entries of each Gram matrix are multiplied by.</summary>
    protected abstract NumberParameter Alpha { get; }

    /// <summary>The kind of the Grams.</summary>
    protected abstract StatisticKind Grams { get; }

    /// <summary>The command that measures them.</summary>
    protected abstract string Measures { get; }

    internal override TileLayout LayoutFor(ResolvedParameters parameters, bool hasStatistics) => hasStatistics ? TileLayout.Whole : TileLayout.Elements;

    // the sum of the Grams, the right-hand side and one difference
    public override long HeldBytes(ResolvedParameters parameters, ImmutableArray<long> shape, int models, int elementSize, bool hasStatistics) =>
        hasStatistics ? sizeof(double) * ((shape[^1] * shape[^1]) + (2 * shape[0] * shape[^1])) : 0;

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => MeasuredShares.Refuses(models, Weight);

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => MeasuredShares.OnlyOne(models, Weight);

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var shares = MeasuredShares.Of(inputs.Models, Weight);
        return inputs.HasStatistics && Enumerable.Range(0, shares.Length).Any(model => Share(inputs, shares, model) > 0)
            ? tile => Solve(inputs, tile, shares)
            : Combination.OfModels(inputs, shares, 1);
    }

    /// <summary>The share of each model in what is averaged.</summary>
    internal static ImmutableArray<double> SharesIn(ImmutableArray<ResolvedParameters> models) => MeasuredShares.Of(models, Weight);

    /// <summary>Weights a Gram in place as the parameters say.</summary>
    /// <param name="tensor">The weight's name.</param>
    /// <param name="parameters">The method's parameters for it.</param>
    /// <param name="gram">The Gram.</param>
    /// <param name="share">The model's share.</param>
    internal torch.Tensor Weighted(string tensor, ResolvedParameters parameters, torch.Tensor gram, double share) =>
        GramSolution.Weighted(tensor, Measures, gram, share, Alpha.Of(parameters), Ridge.Of(parameters));

    // tokens that never reached an expert say nothing of it
    private double Share(ITensorInputs inputs, ImmutableArray<double> shares, int model) =>
        inputs.StatisticOf(model, Grams) is { IsMeasured: true, TokenShare: var tokens } ? shares[model] * tokens : 0;

    private void Solve(ITensorInputs inputs, Tile tile, ImmutableArray<double> shares)
    {
        var used = Enumerable.Range(0, shares.Length).Where(model => Share(inputs, shares, model) > 0).ToList();
        var change = GramSolution.Of(
            inputs.TensorName,
            used.ConvertAll(model => tile.Models[model]),
            model => Weighted(inputs.TensorName, inputs.Parameters, inputs.ReadStatistic(used[model], Grams), Share(inputs, shares, used[model])));
        tile.Output.copy_(tile.Models[used[0]]);
        if (change is not null)
        {
            tile.Output.add_(change.to(tile.Output.dtype, tile.Output.device), Scalars.One);
        }
    }
}
