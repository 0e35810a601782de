using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods;

/// <summary>For each weight the largest of its changes.</summary>
internal sealed class MagMax : MergeMethod
{
    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "Multiplies the merged task vector")
    {
        Doubt = lambda => lambda == 0 ? "nothing from the models is added, and the result is the base." : null,
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
        double[] lambda = [Lambda.Of(inputs.Parameters)];
        var (differences, largest, sums) = (inputs.Operators<IDifferences>(), inputs.Operators<ILargestEntries>(), inputs.Operators<IWeightedSums>());
        return tile =>
        {
            var kept = tile.Models[0];
            differences.Subtract(kept, tile.Base);
            foreach (var model in tile.Models.Skip(1))
            {
                // among equal ones the first model's stays
                differences.Subtract(model, tile.Base);
                largest.Keep(kept, model);
            }

            sums.AddWeighted(tile.Output, tile.Base, [kept], lambda);
        };
    }
}
