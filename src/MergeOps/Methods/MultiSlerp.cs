using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;

namespace MergeOps.Methods;

/// <summary>The weighted mean direction of the models, or of their task vectors, at the weighted mean of their norms.</summary>
internal sealed class MultiSlerp : MergeMethod
{
    /// <summary>Sums of weights below this count as zero.</summary>
    private const double ZeroSum = 1e-8;

    public override string Name => "multislerp";

    public override string Title => "Multi-SLERP";

    public override string Summary => "The weighted mean direction of several models at the weighted mean of their norms";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://goddard.blog/posts/multislerp-wow-what-a-cool-idea");

    public override BaseModelRule BaseModel => BaseModelRule.Optional;

    public override int MinModels => 2;

    public override ImmutableArray<ParameterDeclaration> Parameters { get; } =
    [
        new("weight", ParameterScope.Model, ParameterKind.Number, null, "The model's share"),
        new("normalize_weights", ParameterScope.Method, ParameterKind.Flag, ParameterValue.Of(true), "Divide the weights by their sum"),
        new("eps", ParameterScope.Method, ParameterKind.Number, ParameterValue.Of(1e-8), "Keeps divisors from being zero") { Min = 0 },
    ];

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        parameters.Flag("normalize_weights") && Math.Abs(models.Sum(model => model.Number("weight"))) < ZeroSum
            ? "the weights sum to 0 and cannot be normalized; change them or set normalize_weights: false"
            : null;

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var weights = Weights(parameters, models);
        return weights.Count(weight => weight != 0) == 1 && weights.Contains(1) ? weights.IndexOf(1) : null;
    }

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var weights = Weights(inputs.Parameters, inputs.Models);
        var gram = inputs.Operators.StartGram(weights.Length);
        inputs.Scan(tile => gram.Add(Vectors.Of(tile, inputs.HasBase)));
        var coefficients = Coefficients(weights, gram, inputs.Parameters.Number("eps"));
        return inputs.HasBase
            ? Combination.AroundBase(inputs.Operators, coefficients)
            : Combination.OfModels(inputs.Operators, coefficients, coefficients.Sum());
    }

    private static ImmutableArray<double> Weights(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var total = parameters.Flag("normalize_weights") ? models.Sum(model => model.Number("weight")) : 1;
        return [.. models.Select(model => model.Number("weight") / total)];
    }

    private static ImmutableArray<double> Coefficients(ImmutableArray<double> weights, IGram gram, double eps)
    {
        var models = Enumerable.Range(0, weights.Length);
        var towards = models.Select(i => weights[i] / (gram.Norm(i) + eps)).ToArray();
        var square = models.Sum(i => models.Sum(j => towards[i] * towards[j] * gram[i, j]));
        var length = Math.Sqrt(Math.Max(square, 0));
        if (!(length > eps))
        {
            return weights;
        }

        var norm = models.Sum(i => weights[i] * gram.Norm(i));
        return [.. towards.Select(share => share / length * norm * Math.Cos(eps))];
    }
}
