using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>What one model alone changed is kept whole, what several changed is averaged over them.</summary>
internal sealed class Ram : MergeMethod
{
    public override string Name => "ram";

    public override string Title => "Reinforced Agent Merging";

    public override string Summary => "Weights that one model alone moved are kept whole, those that several moved are averaged over the movers";

    public override int Version => 1;

    internal override double RelativeCost => 1.2;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2601.13572");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Epsilon];

    /// <summary>The parameter that it shares with its other form.</summary>
    internal static NumberParameter Epsilon { get; } = new("epsilon", ParameterScope.Method, 1e-5, "Changes up to this count as none")
    {
        Min = 0,
    };

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var epsilon = Epsilon.Of(inputs.Parameters);
        var factors = Enumerable.Repeat(1.0, inputs.Models.Length).ToArray();
        var sums = inputs.Operators<IMovedSums>();
        return tile => sums.AddMoved(tile.Output, tile.Base, Vectors.Of(tile, fromBase: true), epsilon, factors);
    }
}
