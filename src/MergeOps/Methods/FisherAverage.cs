using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>The average of the models, in which each weight counts by its Fisher information.</summary>
internal sealed class FisherAverage : MergeMethod
{
    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, 1, "The model's share, before its Fisher information counts") { Role = ParameterRole.Share, Min = 0, Max = 1e6 };
    private static readonly FlagParameter Normalize = new("normalize", ParameterScope.Method, true, "Divide each model's Fisher information by its root mean square over all weights of the model");
    private static readonly NumberParameter Floor = new("floor", ParameterScope.Method, 1e-6, "The least that counts, as a share of that root mean square") { Min = 0, Max = 1e6 };

    public override string Name => "fisher";

    public override string Title => "Fisher-weighted averaging";

    public override string Summary => "The average of the models, in which each weight counts by its Fisher information";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2111.09832");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override StatisticKind? ModelStatistic => StatisticKind.Fisher;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Normalize, Floor];

    internal override int MoreTiles => 1;

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => MeasuredShares.Refuses(models, Weight);

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => MeasuredShares.OnlyOne(models, Weight);

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var weights = inputs.Models.Select(Weight.Of).ToArray();
        if (!inputs.HasStatistics)
        {
            return Combination.OfModels(inputs, MeasuredShares.Of(inputs.Models, Weight), 1);
        }

        var scales = weights.Select((_, model) => Scale(inputs, model)).ToArray();
        var floors = weights.Select((_, model) => Floor.Of(inputs.Parameters) * inputs.StatisticOf(model, StatisticKind.Fisher).RootMeanSquare * scales[model]).ToArray();
        return tile =>
        {
            var total = tile.Scratch(0).zero_();
            for (var model = 0; model < weights.Length; model++)
            {
                var fisher = MeasuredTiles.Fisher(inputs, tile.Statistics[model], scales[model]);
                var counted = floors[model] > 0 ? fisher.clamp_(min: Scalars.Of(floors[model])) : fisher;
                total.add_(counted.mul_(Scalars.Of(weights[model])), Scalars.One);
            }

            // where no model says anything, all count by their shares
            var silent = total == Scalars.Of(0);
            total.add_(silent.to(total.dtype), Scalars.Of(weights.Sum()));
            var first = tile.Models[0];
            tile.Output.copy_(first);
            for (var model = 1; model < weights.Length; model++)
            {
                var share = tile.Statistics[model].add_(silent.to(total.dtype), Scalars.Of(weights[model])).div_(total);
                tile.Output.add_(share.mul_(tile.Models[model].sub_(first)), Scalars.One);
            }
        };
    }

    private static double Scale(ITensorInputs inputs, int model)
    {
        var typical = inputs.StatisticOf(model, StatisticKind.Fisher).RootMeanSquare;
        return Normalize.Of(inputs.Parameters) && typical > 0 ? 1 / typical : 1;
    }
}
