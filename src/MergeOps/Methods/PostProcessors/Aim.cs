using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods.PostProcessors;

/// <summary>Holds back changes of those weights whose inputs are large in the base.</summary>
internal sealed class Aim : PostProcessor
{
    private static readonly NumberParameter Omega = new("omega", ParameterScope.Method, 0.4, "The share of the change that is left where the input is the largest; 1 changes nothing") { Min = 0, Max = 1 };

    public override string Name => "aim";

    public override string Title => "Activation-Informed Merging";

    public override string Summary => "Holds back changes of those weights whose inputs are large in the base";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2502.02421");

    public override ImmutableArray<ParameterDeclaration> Parameters => [Omega];

    public override StatisticKind? BaseStatistic => StatisticKind.Activation;

    public override TileLayout LayoutFor(ResolvedParameters parameters) => TileLayout.Rows;

    public override TileFunction? Prepare(IMergedInputs inputs)
    {
        var omega = Omega.Of(inputs.Parameters);
        if (!inputs.HasBaseStatistic(StatisticKind.Activation) || omega == 1)
        {
            return null;
        }

        using var activations = inputs.ReadStatistic(-1, StatisticKind.Activation);
        var largest = activations.max().item<double>();
        if (largest <= 0)
        {
            return null;
        }

        var left = activations.div(Scalars.Of(largest)).mul(Scalars.Of(-(1 - omega))).add(Scalars.Of(1), Scalars.One).MoveToOuterDisposeScope();
        return tile =>
        {
            var factors = left.to(tile.Output.dtype, tile.Output.device).view(1, -1);
            tile.Output.sub_(tile.Base).mul_(factors).add_(tile.Base, Scalars.One);
        };
    }
}
