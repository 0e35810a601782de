using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>One model's tensors, as they are or scaled; for models put together from layers.</summary>
internal sealed class Passthrough : MergeMethod
{
    public override string Name => "passthrough";

    public override string Title => "Passthrough";

    public override string Summary => "One model's tensors as they are, or scaled; for models put together from layers";

    public override int Version => 1;

    public override Uri? Reference => null;

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override int MaxModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } =
    [
        new("scale", ParameterScope.Model, ParameterKind.Number, null, "Multiplies the tensor") { IsOptional = true },
    ];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        models[0].OptionalNumber("scale") is null or 1 ? 0 : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        Scalar scale = inputs.Models[0].OptionalNumber("scale") ?? 1;
        return tile => tile.Output.copy_(tile.Models[0]).mul_(scale);
    }
}
