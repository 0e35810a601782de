using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods;

/// <summary>Moves the base towards the other model by at most t in each element.</summary>
internal sealed class NearSwap : MergeMethod
{
    /// <summary>Differences below this move in proportion to it, as in the reference.</summary>
    private const double SmallestDifference = 1e-6;

    private static readonly NumberParameter LargestChange = new("t", ParameterScope.Method, null, "The largest change of a weight")
    {
        Min = 0,
        Role = ParameterRole.Position,
        Doubt = t => t > 1 ? "hardly any weight differs by more, so the result is the other model; values from 0.0001 to 0.01 are usual." : null,
    };

    public override string Name => "nearswap";

    public override string Title => "NearSwap";

    public override string Summary => "The base, moved toward one other model by at most t in each weight";

    public override int Version => 1;

    internal override double RelativeCost => 1.3;

    public override Uri Reference { get; } = new("https://huggingface.co/alchemonaut/QuartetAnemoi-70B-t0.0001");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    public override int MinModels => 1;

    public override int MaxModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters => [LargestChange];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        LargestChange.Of(parameters) == 0 ? -1 : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        // k = clamp(t / max(|d|, 1e-6), 0, 1) makes k d = clamp(d min(t / 1e-6, 1), -t, t)
        var t = LargestChange.Of(inputs.Parameters);
        var factor = Math.Min(t / SmallestDifference, 1);
        return tile =>
        {
            var change = tile.Models[0].sub_(tile.Base);
            if (t < SmallestDifference)
            {
                change.mul_(Scalars.Of(factor));
            }

            tile.Output.copy_(tile.Base).add_(change.clamp_(Scalars.Of(-t), Scalars.Of(t)), Scalars.One);
        };
    }
}
