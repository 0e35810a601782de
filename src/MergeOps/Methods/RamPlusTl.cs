using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>RAM that strengthens what a model alone changed by how much of its changes it shares, tensor by tensor.</summary>
internal sealed class RamPlusTl : MergeMethod
{
    private static readonly NumberParameter Strength = new("r", ParameterScope.Method, 0.1, "How much the changes of one model alone are strengthened");
    private static readonly NumberParameter LargestRatio = new("alpha", ParameterScope.Method, 0.2, "The largest ratio of shared to own changes that counts") { Min = 0 };

    public override string Name => "ramplus_tl";

    public override string Title => "Reinforced Agent Merging Plus (Tensor-Local)";

    public override string Summary => "RAM that strengthens a model's own changes by how many of its changes it shares with others";

    public override int Version => 1;

    internal override double RelativeCost => 2;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2601.13572");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Strength, LargestRatio, Ram.Epsilon];

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var (parameters, models) = (inputs.Parameters, inputs.Models.Length);
        var epsilon = Ram.Epsilon.Of(parameters);
        var (alone, together) = (new long[models], new long[models]);
        var sums = inputs.Operators<IMovedSums>();
        inputs.Scan(tile => sums.CountMoved(Vectors.Of(tile, fromBase: true), epsilon, alone, together));
        var factors = new double[models];
        for (var i = 0; i < models; i++)
        {
            var ratio = together[i] / Math.Max(alone[i], epsilon);
            factors[i] = 1 + (Strength.Of(parameters) * Math.Clamp(ratio, 0, LargestRatio.Of(parameters)));
        }

        return tile => sums.AddMoved(tile.Output, tile.Base, Vectors.Of(tile, fromBase: true), epsilon, factors);
    }
}
