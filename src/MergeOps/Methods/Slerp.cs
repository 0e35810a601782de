using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>Spherical linear interpolation between the base and one model, each tensor as one vector.</summary>
internal sealed class Slerp : MergeMethod
{
    private static readonly NumberParameter Position = new("t", ParameterScope.Method, null, "0 gives the base, 1 the other model; values outside extrapolate")
    {
        Role = ParameterRole.Position,
        Doubt = t => t is < -1 or > 2 ? "that lies far beyond both models; t is 0 at the base and 1 at the other model." : null,
    };

    public override string Name => "slerp";

    public override string Title => "SLERP";

    public override string Summary => "The point between base and one other model along the arc that joins them";

    public override int Version => 1;

    internal override double RelativeCost => 1.8;

    public override Uri Reference { get; } = new("https://en.wikipedia.org/wiki/Slerp");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override int MaxModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Position];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Position.Of(parameters) switch
        {
            0 => -1,
            1 => 0,
            _ => null,
        };

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var gram = inputs.Operators<IProducts>().StartGram(2);
        inputs.Scan(tile => gram.Add([tile.Base, tile.Models[0]]));
        var (first, second) = SphericalInterpolation.SlerpCoefficients(
            gram[0, 1], gram.Norm(0), gram.Norm(1), Position.Of(inputs.Parameters));
        return Combination.AroundBase(inputs, [second], first + second);
    }
}
