using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>RAM that strengthens what a model alone changed by how much of its changes it shares, tensor by tensor.</summary>
internal sealed class RamPlusTl : MergeMethod
{
    public override string Name => "ramplus_tl";

    public override string Title => "Reinforced Agent Merging Plus (Tensor-Local)";

    public override string Summary => "RAM that strengthens a model's own changes the more of its changes it shares with others";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2601.13572");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } =
    [
        new("r", ParameterScope.Method, ParameterKind.Number, ParameterValue.Of(0.1), "How much the changes of one model alone are strengthened"),
        new("alpha", ParameterScope.Method, ParameterKind.Number, ParameterValue.Of(0.2), "The largest ratio of shared to own changes that counts") { Min = 0 },
        Ram.Epsilon,
    ];

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var (parameters, models) = (inputs.Parameters, inputs.Models.Length);
        var epsilon = parameters.Number("epsilon");
        var (alone, together) = (new long[models], new long[models]);
        inputs.Scan(tile => inputs.Operators.CountMoved(Vectors.Of(tile, fromBase: true), epsilon, alone, together));
        var factors = new double[models];
        for (var i = 0; i < models; i++)
        {
            var ratio = together[i] / Math.Max(alone[i], epsilon);
            factors[i] = 1 + (parameters.Number("r") * Math.Clamp(ratio, 0, parameters.Number("alpha")));
        }

        return tile => inputs.Operators.AddMoved(tile.Output, tile.Base, Vectors.Of(tile, fromBase: true), epsilon, factors);
    }
}
