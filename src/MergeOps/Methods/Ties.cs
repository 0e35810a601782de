using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>Task vectors trimmed by magnitude, with one sign elected for each entry.</summary>
internal sealed class Ties : TaskVectorMethod
{
    public override string Name => "ties";

    public override string Title => "TIES";

    public override string Summary => "Task vectors trimmed to their largest entries, merged where they agree in sign";

    public override int Version => 1;

    internal override double RelativeCost => 2.8;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2306.01708");

    protected override bool ElectsSigns => true;

    protected override bool NormalizesByDefault => true;

    protected override bool RescalesByDefault => false;

    protected override string KeptOfNothing => MagnitudeSparsifier.KeptOfNothing;

    protected override ImmutableArray<ParameterDeclaration> OwnParameters => [WholeModel.Scope];

    internal override int ModelPasses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models, bool isDouble) =>
        RanksModel(parameters) ? WholeModel.PassesOf(Density, models, isDouble) : 0;

    internal override ModelScan StartModelScan(bool isDouble) => new ModelThresholds(Density, isDouble);

    protected override ISparsifier Sparsify(ITensorInputs inputs, int model) => RanksModel(inputs.Parameters)
        ? WholeModel.Sparsifier(inputs, model, Density.Of(inputs.Models[model]))
        : MagnitudeSparsifier.KeepLargest(
            inputs.Operators<ISelections>(), inputs.ElementCount, Density.Of(inputs.Models[model]));

    private static bool RanksModel(ResolvedParameters parameters) => WholeModel.IsMeant(parameters, byDefault: false);
}
