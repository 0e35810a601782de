using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>Task vectors without their largest and their smallest entries, merged where they agree in sign.</summary>
internal sealed class BreadcrumbsTies : TaskVectorMethod
{
    public override string Name => "breadcrumbs_ties";

    public override string Title => "Model Breadcrumbs with TIES";

    public override string Summary => "Task vectors without their largest and their smallest entries, merged where they agree in sign";

    public override int Version => 1;

    internal override double RelativeCost => 3.3;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2312.06795");

    protected override bool ElectsSigns => true;

    protected override bool NormalizesByDefault => false;

    protected override bool RescalesByDefault => false;

    protected override ImmutableArray<ParameterDeclaration> OwnParameters => [MagnitudeSparsifier.Gamma];

    protected override string KeptOfNothing => MagnitudeSparsifier.KeptOfNothing;

    protected override ISparsifier Sparsify(ITensorInputs inputs, int model) => MagnitudeSparsifier.WithoutOutliers(
        inputs.Operators<ISelections>(), inputs.ElementCount, Density.Of(inputs.Models[model]), MagnitudeSparsifier.Gamma.Of(inputs.Models[model]));
}
