using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>For each weight the largest of its changes.</summary>
internal sealed class MagMax : MergeMethod
{
    private const int Largest = 0;
    private const int Magnitude = 1;
    private const int Largests = 2;

    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "Multiplies the merged task vector")
    {
        Doubt = lambda => lambda == 0 ? "nothing of the models is added, and the result is the base." : null,
    };

    public override string Name => "magmax";

    public override string Title => "MagMax";

    public override string Summary => "For each weight the change of the model that changed it most";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2407.06322");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } = [Lambda];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Lambda.Of(parameters) == 0 ? -1
        : Lambda.Of(parameters) == 1 && models.Length == 1 ? 0
        : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var lambda = Lambda.Of(inputs.Parameters);
        return tile =>
        {
            var deltas = Vectors.Of(tile, fromBase: true);
            var (largest, magnitude, largests) = (tile.Scratch(Largest), tile.Scratch(Magnitude), tile.Scratch(Largests));
            largest.copy_(deltas[0]);
            largests.copy_(largest).abs_();
            foreach (var delta in deltas.Skip(1))
            {
                // among equal ones the first model's stays
                magnitude.copy_(delta).abs_();
                largest.copy_(torch.where(magnitude.gt(largests), delta, largest));
                largests.copy_(torch.maximum(largests, magnitude));
            }

            tile.Output.copy_(largest).mul_(lambda).add_(tile.Base);
        };
    }
}
