using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods;

/// <summary>The sum of the task vectors, where enough models find it near enough to their own.</summary>
internal sealed class Consensus : MergeMethod
{
    private static readonly NumberParameter Lambda = new("lambda", ParameterScope.Method, 1, "Multiplies the merged task vector")
    {
        Doubt = lambda => lambda == 0 ? "nothing from the models is added, and the result is the base." : null,
    };

    private static readonly IntegerParameter Needed = new("k", ParameterScope.Method, 2, "How many models a weight must matter to: 2 drops what is of use to one model or none") { Min = 0 };
    private static readonly NumberParameter MaskLambda = new("tall_mask_lambda", ParameterScope.Model, 0.2, "A weight matters to the model where its own change exceeds this many times the change by all others together") { Min = 0 };

    public override string Name => "consensus";

    public override string Title => "Consensus Merging";

    public override string Summary => "The sum of the task vectors at the weights that matter to several models";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2405.07813");

    public override BaseModelRule BaseModel => BaseModelRule.Required;

    internal override bool MergesTaskVectors => true;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CutToBase;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } = [MaskLambda, Needed, Lambda];

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Lambda.Of(parameters) == 0 || Needed.Of(parameters) > models.Length ? -1
        : Lambda.Of(parameters) == 1 && models.Length == 1 && Needed.Of(parameters) == 0 ? 0
        : null;

    public override string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => Needed.Of(parameters) > models.Length
        ? $"'{Needed.Name}' is {Needed.Of(parameters)} and {(models.Length == 1 ? "there is 1 model" : $"there are {models.Length} models")}, so no weight matters to enough of them and the result is the base. Write a smaller '{Needed.Name}'."
        : null;

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var (lambda, needed) = (Lambda.Of(inputs.Parameters), Needed.Of(inputs.Parameters));
        double[] shares = [.. inputs.Models.Select(MaskLambda.Of)];
        var sums = inputs.Operators<IConsensusSums>();
        return tile => sums.AddConsensus(tile.Output, tile.Base, tile.Models, shares, needed, lambda);
    }
}
