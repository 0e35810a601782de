using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>The weighted average, or the weighted sum, of the models.</summary>
internal sealed class Linear : MergeMethod
{
    /// <summary>Sums of weights below this count as zero.</summary>
    private const double ZeroSum = 1e-8;

    /// <summary>The share of each model.</summary>
    internal static readonly NumberParameter Weight = new("weight", ParameterScope.Model, null, "The model's share") { Role = ParameterRole.Share };

    private static readonly FlagParameter Normalize = new("normalize", ParameterScope.Method, true, "Divide the weights by their sum");

    public override string Name => "linear";

    public override string Title => "Linear";

    public override string Summary => "The weighted average of the models";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2203.05482");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Normalize];

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Normalize.Of(parameters) && Math.Abs(models.Sum(Weight.Of)) < ZeroSum
            ? "the weights sum to 0 and cannot be normalized; make them sum to 1"
            : null;

    public override string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        Normalize.Of(parameters) && WeightBalance.OfSum([.. models.Select(Weight.Of)], Normalize.Name, ZeroSum) is { } doubt
            ? $"{doubt} Write weights with the same sign; 'task_arithmetic' adds and takes away what models learned."
            : null;

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var shares = Shares(parameters, models);
        return Array.FindAll(shares.ToArray(), share => share != 0) is [1] ? shares.IndexOf(1) : null;
    }

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var shares = Shares(inputs.Parameters, inputs.Models);
        var scale = Normalize.Of(inputs.Parameters) ? 1 : shares.Sum();
        return Combination.OfModels(inputs, shares, scale);
    }

    private static ImmutableArray<double> Shares(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var total = Normalize.Of(parameters) ? models.Sum(Weight.Of) : 1;
        return [.. models.Select(model => Weight.Of(model) / total)];
    }
}
