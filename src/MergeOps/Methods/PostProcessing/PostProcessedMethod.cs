using System.Collections.Immutable;
using MergeOps.Methods.Contract;

namespace MergeOps.Methods.PostProcessing;

/// <summary>A merge method followed by post-processors, for one tensor that the base has.</summary>
/// <param name="method">The method.</param>
/// <param name="steps">What comes after it, in its order; at least one.</param>
internal sealed class PostProcessedMethod(MergeMethod method, ImmutableArray<PostStep> steps) : MergeMethod
{
    /// <summary>The method without them.</summary>
    public MergeMethod Method => method;

    /// <summary>What comes after it.</summary>
    public ImmutableArray<PostStep> Steps => steps;

    public override string Name { get; } = string.Join('+', steps.Select(step => step.Processor.Name).Prepend(method.Name));

    public override string Title => method.Title;

    public override string Summary => method.Summary;

    public override int Version => method.Version;

    public override Uri? Reference => method.Reference;

    public override BaseModelRule BaseModel => method.BaseModel;

    public override int MinModels => method.MinModels;

    public override int MaxModels => method.MaxModels;

    public override ImmutableArray<ParameterDeclaration> Parameters => method.Parameters;

    public override RowMismatch RowMismatch => method.RowMismatch;

    public override bool OrderMatters => method.OrderMatters;

    public override bool AssumesEqualDistances => method.AssumesEqualDistances;

    internal override bool RoundsAlikeEverywhere => method.RoundsAlikeEverywhere;

    public override bool DecomposesMatrices => method.DecomposesMatrices || steps.Any(step => step.Processor.DecomposesMatrices);

    internal override double DecompositionWork(ResolvedParameters parameters, ImmutableArray<long> shape, int models) =>
        ((1 + steps.Length) * method.DecompositionWork(parameters, shape, models))
        + steps.Index().Sum(step => (steps.Length - step.Index) * step.Item.Processor.DecompositionWork(step.Item.Parameters, shape));

    internal override double RelativeCost => method.RelativeCost + steps.Length;

    internal override int MoreTiles => method.MoreTiles + ProcessedTile.Slots;

    // whoever looks at what is merged so far merges it for himself
    public override long HeldBytes(ResolvedParameters parameters, ImmutableArray<long> shape, int models, int elementSize, bool hasStatistics) =>
        ((1 + steps.Length) * method.HeldBytes(parameters, shape, models, elementSize, hasStatistics))
        + steps.Index().Sum(step => (steps.Length - step.Index) * step.Item.Processor.HeldBytes(step.Item.Parameters, shape, models, elementSize));

    internal override int ModelPasses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models, bool isDouble) => method.ModelPasses(parameters, models, isDouble);

    internal override ModelScan StartModelScan(bool isDouble) => method.StartModelScan(isDouble);

    internal override ImmutableArray<ParameterDeclaration> LateParameters => method.LateParameters;

    public override StatisticKind? ModelStatistic => method.ModelStatistic;

    public override StatisticKind? BaseStatistic => method.BaseStatistic;

    internal override ImmutableArray<StatisticKind> BaseStatistics => [.. method.BaseStatistics, .. steps.Select(step => step.Processor.BaseStatistic).OfType<StatisticKind>()];

    internal override TileLayout LayoutFor(ResolvedParameters parameters, bool hasStatistics) => steps.Select(step => step.Layout).Append(method.LayoutFor(parameters, hasStatistics)).Max();

    public override TileLayout LayoutFor(ResolvedParameters parameters) => steps.Select(step => step.Layout).Append(method.LayoutFor(parameters)).Max();

    public override ImmutableArray<double> SharesOf(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => method.SharesOf(parameters, models);

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => method.Refuses(parameters, models);

    public override string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => method.Doubts(parameters, models);

    public override string? Becomes(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => method.Becomes(parameters, models);

    public override TileFunction Prepare(ITensorInputs inputs) => Prepare(inputs, steps.Length);

    // the merge and so many steps; methods take each tile once, so whoever looks at what they make prepares them for himself
    private TileFunction Prepare(ITensorInputs inputs, int count)
    {
        var whole = LayoutFor(inputs.Parameters, inputs.HasStatistics);
        if (count == 0)
        {
            var layout = method.LayoutFor(inputs.Parameters, inputs.HasStatistics);
            var merge = method.Prepare(new ShapedInputs(inputs, whole, layout));
            return tile =>
            {
                ProcessedTile.KeepBase(tile);
                merge(new ProcessedTile(tile, inputs.Shape, whole, layout));
            };
        }

        var step = steps[count - 1];
        var before = Prepare(inputs, count - 1);
        var change = step.Processor.Prepare(new MergedInputs(inputs, step, whole, () => Prepare(inputs, count - 1)));
        return change is null ? before : tile =>
        {
            before(tile);
            change(new ProcessedTile(tile, inputs.Shape, whole, step.Layout) { HasKeptBase = true });
        };
    }
}
