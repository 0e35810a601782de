using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods;

/// <summary>One model's tensors, as they are or scaled; for models put together from layers.</summary>
internal sealed class Passthrough : MergeMethod
{
    private static readonly NumberParameter Scale = new("scale", ParameterScope.Model, null, "Multiplies the tensor") { IsOptional = true };

    public override string Name => "passthrough";

    public override string Title => "Passthrough";

    public override string Summary => "One model's tensors as they are, or scaled; for models put together from layers";

    public override int Version => 1;

    public override Uri? Reference => null;

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override int MaxModels => 1;

    public override bool KeepsItsModel => true;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Scale];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Scale.Find(models[0]) is null or 1 ? 0 : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var scale = Scale.Find(inputs.Models[0]) ?? 1;
        return tile => tile.Output.copy_(tile.Models[0]).mul_(Scalars.Of(scale));
    }
}
