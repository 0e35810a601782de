using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>Task vectors without their largest and their smallest entries, summed.</summary>
internal sealed class Breadcrumbs : TaskVectorMethod
{
    public override string Name => "breadcrumbs";

    public override string Title => "Model Breadcrumbs";

    public override string Summary => "Task vectors without their largest and their smallest entries, summed";

    public override int Version => 1;

    internal override double RelativeCost => 3.3;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2312.06795");

    protected override bool ElectsSigns => false;

    protected override bool NormalizesByDefault => false;

    protected override bool RescalesByDefault => false;

    protected override ImmutableArray<ParameterDeclaration> OwnParameters => [MagnitudeSparsifier.Gamma];

    protected override string KeptOfNothing => MagnitudeSparsifier.KeptOfNothing;

    protected override ISparsifier Sparsify(ITensorInputs inputs, int model) => MagnitudeSparsifier.WithoutOutliers(
        inputs.Operators<ISelections>(), inputs.ElementCount, Density.Of(inputs.Models[model]), MagnitudeSparsifier.Gamma.Of(inputs.Models[model]));
}
