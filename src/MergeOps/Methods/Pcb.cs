using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.TaskVectors;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>An average of the task vectors in which each entry counts by its size in its own model and by how far the models agree on it.</summary>
internal sealed class Pcb : MergeMethod
{
    // sums of scores below this are not divided by
    private const double LeastSum = 1e-12;

    private static readonly NumberParameter Density = new("density", ParameterScope.Model, 0.1, "The share of the model's entries whose balance counts; the others are dropped") { Min = 0, Max = 1 };

    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "Multiplies the merged task vector")
    {
        Doubt = lambda => lambda == 0 ? "nothing from the models is added, and the result is the base." : null,
    };

    public override string Name => "pcb";

    public override string Title => "PCB-Merging";

    public override string Summary => "Task vectors averaged entry by entry, weighted by their size in their model and their agreement with the others";

    public override int Version => 1;

    internal override double RelativeCost => 23;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2410.02396");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } = [Density, Lambda];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => Lambda.Of(parameters) == 0 ? -1 : null;

    internal override int ModelPasses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models, bool isDouble) => Competition.Passes;

    internal override ModelScan StartModelScan(bool isDouble) => new Competition(Density);

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var lambda = Lambda.Of(inputs.Parameters);
        var competition = inputs.Scanned<Competition>();
        CompetitionBounds[] bounds = [.. inputs.Models.Select((model, index) => competition.Of(inputs.ModelNumbers[index], Density.Of(model)))];
        var run = new CompetitionTile(bounds.Length);
        return tile =>
        {
            run.Take(Vectors.Of(tile, fromBase: true));
            run.Balance(bounds);
            var change = torch.empty(tile.Output.shape, torch.float64);
            run.Average(bounds, lambda, LeastSum).CopyTo(change.AsSpan<double>());
            tile.Output.copy_(tile.Base).add_(change.to(tile.Output.dtype, tile.Output.device), Scalars.One);
        };
    }
}
