using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.TaskVectors;

namespace MergeOps.Methods;

/// <summary>The largest changes of each model, over the whole of it, averaged where several models have one.</summary>
internal sealed class LocalizeStitch : MergeMethod
{
    private static readonly NumberParameter Density = new("density", ParameterScope.Model, 0.1, "The share of the model's changes that is kept, the largest ones")
    {
        Min = 0,
        Max = 1,
    };

    public override string Name => "localize_stitch";

    public override string Title => "Localize-and-Stitch";

    public override string Summary => "The largest changes of each whole model, averaged where several models have one";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2408.13656");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Density, WholeModel.Scope];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        models.Length == 1 && Density.Of(models[0]) >= 1 ? 0 : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        TaskVector[] vectors = [.. Enumerable.Range(0, inputs.Models.Length).Select(model => new TaskVector(inputs, model, 1, Sparsify(inputs, model)))];
        TaskVector.Look(inputs, vectors);
        var factors = Enumerable.Repeat(1.0, vectors.Length).ToArray();
        var sums = inputs.Operators<IMovedSums>();
        return tile => sums.AddMoved(tile.Output, tile.Base, Array.ConvertAll(vectors, vector => vector.Of(tile)), 0, factors);
    }

    internal override int ModelPasses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models, bool isDouble) =>
        WholeModel.IsMeant(parameters, byDefault: true) ? WholeModel.PassesOf(Density, models, isDouble) : 0;

    internal override ModelScan StartModelScan(bool isDouble) => new ModelThresholds(Density, isDouble);

    private static ISparsifier? Sparsify(ITensorInputs inputs, int model)
    {
        var density = Density.Of(inputs.Models[model]);
        return density >= 1 ? null
            : WholeModel.IsMeant(inputs.Parameters, byDefault: true) ? WholeModel.Sparsifier(inputs, model, density)
            : MagnitudeSparsifier.KeepLargest(inputs.Operators<ISelections>(), inputs.ElementCount, density);
    }
}
