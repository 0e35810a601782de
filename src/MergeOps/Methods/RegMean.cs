using MergeOps.Methods.ClosedForms;
using MergeOps.Methods.Contract;

namespace MergeOps.Methods;

/// <summary>Linear layers whose outputs are as near as possible to those of each model on its own inputs.</summary>
internal sealed class RegMean : GramMethod
{
    private static readonly NumberParameter OffDiagonal = new("alpha", ParameterScope.Method, 0.9, "What the off-diagonal entries of each Gram matrix are multiplied by") { Min = 0, Max = 1 };

    public override string Name => "regmean";

    public override string Title => "RegMean";

    public override string Summary => "Linear layers whose outputs are as near as possible to those of each model on its own inputs";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2212.09849");

    public override StatisticKind? ModelStatistic => StatisticKind.Gram;

    protected override NumberParameter Alpha => OffDiagonal;

    protected override StatisticKind Grams => StatisticKind.Gram;

    protected override string Measures => "mergeops measure gram";
}
