using MergeOps.Methods.ClosedForms;
using MergeOps.Methods.Contract;

namespace MergeOps.Methods;

/// <summary>RegMean whose inputs come out of the layers as they are merged.</summary>
internal sealed class RegMeanPlus : GramMethod
{
    private static readonly NumberParameter OffDiagonal = new("alpha", ParameterScope.Method, 0.9, "What the off-diagonal entries of each Gram matrix are multiplied by") { Min = 0, Max = 1 };

    public override string Name => "regmean_plus";

    public override string Title => "RegMean++";

    public override string Summary => "RegMean layer by layer, each on the inputs that come out of the layers merged before it";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2508.03121");

    public override StatisticKind? ModelStatistic => IsMeasured ? StatisticKind.MergedGram : null;

    internal override MergeMethod? BeforeMeasuring => new RegMeanPlus { IsMeasured = false };

    protected override NumberParameter Alpha => OffDiagonal;

    protected override StatisticKind Grams => StatisticKind.MergedGram;

    protected override string Measures => "mergeops measure merged_gram";

    private bool IsMeasured { get; init; } = true;
}
