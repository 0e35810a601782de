using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>Task vectors weighted by how sure each model is of its weights, so that the gradients of all tasks cancel in the merged model.</summary>
internal sealed class GradientMatching : MergeMethod
{
    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, 1, "Multiplies the model's task vector and its Fisher information") { Role = ParameterRole.Share, Min = 0, Max = 1e6 };
    private static readonly FlagParameter Normalize = new("normalize", ParameterScope.Method, true, "Divide each model's Fisher information by its root mean square over all weights of the model");
    private static readonly NumberParameter Prior = new("prior", ParameterScope.Method, 1e-6, "How sure the base is of every weight, in addition to its Fisher information; large values give task arithmetic") { Min = 0, Max = 1e12 };

    public override string Name => "gradient_matching";

    public override string Title => "Uncertainty-based gradient matching";

    public override string Summary => "The base plus task vectors, each weight of which counts by how sure its model is of it";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2310.12808");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public override StatisticKind? ModelStatistic => StatisticKind.Fisher;

    public override StatisticKind? BaseStatistic => StatisticKind.Fisher;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Normalize, Prior];

    internal override int MoreTiles => 1;

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        models.All(model => Weight.Of(model) == 0) ? -1
        : MeasuredShares.OnlyOne(models, Weight) is { } only && Weight.Of(models[only]) == 1 ? only : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var weights = inputs.Models.Select(Weight.Of).ToArray();
        if (!inputs.HasStatistics)
        {
            return Combination.AroundBase(inputs, [.. weights]);
        }

        var prior = Prior.Of(inputs.Parameters);
        var scales = weights.Select((_, model) => Scale(inputs, model)).ToArray();
        var ofBase = inputs.HasBaseStatistic(StatisticKind.Fisher) ? Scale(inputs, -1) : 0;
        return tile =>
        {
            var sure = tile.Scratch(0).fill_(Scalars.Of(prior));
            if (inputs.HasBaseStatistic(StatisticKind.Fisher))
            {
                sure.add_(MeasuredTiles.Fisher(inputs, tile.BaseStatistic, ofBase), Scalars.One);
            }

            var total = tile.Scratch(1).copy_(sure);
            for (var model = 0; model < weights.Length; model++)
            {
                var fisher = MeasuredTiles.Fisher(inputs, tile.Statistics[model], scales[model]);
                total.add_(fisher, Scalars.Of(weights[model]));
                fisher.add_(sure, Scalars.One);
            }

            // where nobody is sure of anything, task vectors are added as they are
            var silent = (total == Scalars.Of(0)).to(total.dtype);
            total.add_(silent, Scalars.One);
            tile.Output.copy_(tile.Base);
            for (var model = 0; model < weights.Length; model++)
            {
                var share = tile.Statistics[model].add_(silent, Scalars.One).div_(total).mul_(Scalars.Of(weights[model]));
                tile.Output.add_(share.mul_(tile.Models[model].sub_(tile.Base)), Scalars.One);
            }
        };
    }

    private static double Scale(ITensorInputs inputs, int model)
    {
        var typical = inputs.StatisticOf(model, StatisticKind.Fisher).RootMeanSquare;
        return Normalize.Of(inputs.Parameters) && typical > 0 ? 1 / typical : 1;
    }
}
