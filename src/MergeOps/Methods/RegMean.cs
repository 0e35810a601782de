using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.ClosedForms;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>Linear layers whose outputs are as near as possible to those of each model on its own inputs.</summary>
internal sealed class RegMean : MergeMethod
{
    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, 1, "The model's share") { Role = ParameterRole.Share, Min = 0 };
    private static readonly NumberParameter Alpha = new("alpha", ParameterScope.Method, 0.9, "What the off-diagonal entries of each Gram matrix are multiplied by") { Min = 0, Max = 1 };
    private static readonly NumberParameter Ridge = new("ridge", ParameterScope.Method, 1e-6, "Added to the diagonal of each Gram matrix, as a share of its mean") { Min = 0 };

    public override string Name => "regmean";

    public override string Title => "RegMean";

    public override string Summary => "Linear layers whose outputs are as near as possible to those of each model on its own inputs";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2212.09849");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override StatisticKind? ModelStatistic => StatisticKind.Gram;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Alpha, Ridge];

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

    // tokens that never reached an expert say nothing of it
    private static double Share(ITensorInputs inputs, ImmutableArray<double> shares, int model) =>
        inputs.StatisticOf(model, StatisticKind.Gram) is { IsMeasured: true, TokenShare: var tokens } ? shares[model] * tokens : 0;

    private static unsafe void Solve(ITensorInputs inputs, Tile tile, ImmutableArray<double> shares)
    {
        var (rows, columns) = (inputs.Shape[0], inputs.Shape[1]);
        var used = Enumerable.Range(0, shares.Length).Where(model => Share(inputs, shares, model) > 0).ToList();
        var anchor = tile.Models[used[0]];
        using var sum = torch.zeros(columns, columns, torch.float64);
        using var right = torch.zeros(rows, columns, torch.float64);
        foreach (var model in used)
        {
            using var gram = Relaxed(inputs, model, Share(inputs, shares, model));
            sum.add_(gram);
            if (model != used[0])
            {
                // differences from one of the models: equal ones give exactly themselves
                using var difference = tile.Models[model].sub_(anchor).to(torch.float64, torch.CPU, copy: true);
                MatrixProduct.Add(1, TensorAddress.Of(difference), columns, TensorAddress.Of(gram), columns, TensorAddress.Of(right), columns, rows, columns, columns);
            }
        }

        if (used.Count > 1)
        {
            if (!Cholesky.TryFactor(TensorAddress.Of(sum), columns))
            {
                throw new MergeOpsException(
                    Codes.StatisticsImpossible,
                    $"The sum of the Gram matrices of {TerminalText.Quoted(inputs.TensorName)} is not positive definite: some inputs were never seen, or depend on each other. Set '{Ridge.Name}' to 1e-6 or more, or measure with more items.");
            }

            Cholesky.Solve(TensorAddress.Of(sum), columns, TensorAddress.Of(right), rows);
        }

        tile.Output.copy_(anchor).add_(right.to(tile.Output.dtype, tile.Output.device));
    }

    private static torch.Tensor Relaxed(ITensorInputs inputs, int model, double share)
    {
        var gram = inputs.ReadStatistic(model, StatisticKind.Gram);
        using var diagonal = gram.diagonal().clone();
        if (diagonal.min().item<double>() < 0)
        {
            throw new MergeOpsException(
                Codes.StatisticsImpossible,
                $"A Gram matrix of {TerminalText.Quoted(inputs.TensorName)} has {diagonal.min().item<double>()} on its diagonal, and a mean of squares is at least 0. Delete the file, and measure again with `mergeops measure gram`.");
        }

        gram.mul_(share * Alpha.Of(inputs.Parameters));
        gram.diagonal().copy_(diagonal.add(diagonal.mean().mul(Ridge.Of(inputs.Parameters))).mul(share));
        return gram;
    }
}
