using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>Task vectors with entries dropped at random, small ones more often, summed.</summary>
internal sealed class DellaLinear : TaskVectorMethod
{
    public override string Name => "della_linear";

    public override string Title => "Linear DELLA";

    public override string Summary => "Task vectors with entries dropped at random, small ones more often, summed";

    public override int Version => 1;

    internal override double RelativeCost => 5.3;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2406.11617");

    /// <summary>The random masks hang on the models' places.</summary>
    public override bool OrderMatters => true;

    protected override bool ElectsSigns => false;

    protected override bool NormalizesByDefault => false;

    protected override bool RescalesByDefault => true;

    protected override ImmutableArray<ParameterDeclaration> OwnParameters => [RankSparsifier.Epsilon];

    public override TileLayout LayoutFor(ResolvedParameters parameters) => TileLayout.Rows;

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        RankSparsifier.Refuses(models, Density);

    protected override ISparsifier Sparsify(ITensorInputs inputs, int model) => RankSparsifier.Of(inputs, model, Density, Rescale);
}
