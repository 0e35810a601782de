using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>The weighted mean direction of the models, or of their task vectors, at the weighted mean of their norms.</summary>
internal sealed class MultiSlerp : MergeMethod
{
    /// <summary>Sums of weights below this count as zero.</summary>
    private const double ZeroSum = 1e-8;

    /// <summary>
    /// Where the mean direction is shorter than this, against directions that agree, it is summed element by element in
    /// float64: in the sum of the scalar products, and in float32, too many digits cancel.
    /// </summary>
    private const double Cancelling = 0.1;

    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, null, "The model's share") { Role = ParameterRole.Share };
    private static readonly FlagParameter Normalize = new("normalize_weights", ParameterScope.Method, true, "Divide the weights by their sum");
    private static readonly NumberParameter Epsilon = new("eps", ParameterScope.Method, 1e-8, "Keeps divisors from being zero") { Min = 0 };

    public override string Name => "multislerp";

    public override string Title => "Multi-SLERP";

    public override string Summary => "The weighted mean direction of several models at the weighted mean of their norms";

    public override int Version => 2;

    internal override double RelativeCost => 1.9;

    public override Uri Reference { get; } = new("https://goddard.blog/posts/multislerp-wow-what-a-cool-idea");

    public override BaseModelRule BaseModel => BaseModelRule.Optional;

    public override int MinModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Normalize, Epsilon];

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        models.Length > 1 && Normalize.Of(parameters) && Math.Abs(models.Sum(Weight.Of)) < ZeroSum
            ? "the weights sum to 0 and cannot be normalized; make them sum to 1"
            : null;

    public override string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        models.Length > 1 && Normalize.Of(parameters)
            && WeightBalance.OfSum([.. models.Select(Weight.Of)], Normalize.Name, ZeroSum) is { } doubt
            ? $"{doubt} Write weights with the same sign."
            : null;

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        if (models.Length == 1)
        {
            return 0;
        }

        var weights = Weights(parameters, models);
        return weights.Count(weight => weight != 0) == 1 && weights.Contains(1) ? weights.IndexOf(1) : null;
    }

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var weights = Weights(inputs.Parameters, inputs.Models);
        var eps = Epsilon.Of(inputs.Parameters);
        var gram = inputs.Operators<IProducts>().StartGram(weights.Length);
        inputs.Scan(tile => gram.Add(Vectors.Of(tile, inputs.HasBase)));
        var towards = weights.Select((weight, i) => weight / (gram.Norm(i) + eps)).ToArray();
        var norm = weights.Select((weight, i) => weight * gram.Norm(i)).Sum();
        var length = LengthOf(towards, gram);
        if (length < Cancelling * towards.Select((share, i) => Math.Abs(share) * gram.Norm(i)).Sum())
        {
            length = WideSum.LengthOf(inputs, towards);
            return WideSum.Of(inputs, Coefficients(weights, towards, length, norm, eps));
        }

        var coefficients = Coefficients(weights, towards, length, norm, eps);
        return inputs.HasBase
            ? Combination.AroundBase(inputs, coefficients)
            : Combination.OfModels(inputs, coefficients, coefficients.Sum());
    }

    private static ImmutableArray<double> Weights(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var total = Normalize.Of(parameters) ? models.Sum(Weight.Of) : 1;
        return [.. models.Select(model => Weight.Of(model) / total)];
    }

    private static double LengthOf(double[] towards, IGram gram)
    {
        var models = Enumerable.Range(0, towards.Length);
        return Math.Sqrt(Math.Max(models.Sum(i => models.Sum(j => towards[i] * towards[j] * gram[i, j])), 0));
    }

    private static ImmutableArray<double> Coefficients(ImmutableArray<double> weights, double[] towards, double length, double norm, double eps) =>
        length > eps ? [.. towards.Select(share => share / length * norm * Math.Cos(eps))] : weights;
}
