using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>The Karcher mean of the models' directions on the sphere, at the mean of their norms.</summary>
internal sealed class Karcher : MergeMethod
{
    private static readonly NumberParameter Weight = new("weight", ParameterScope.Model, 1, "The model's share (mergekit has equal shares only)")
    {
        Min = 0,
        Role = ParameterRole.Share,
    };

    private static readonly IntegerParameter Iterations = new("max_iter", ParameterScope.Method, 10, "The largest number of iterations") { Min = 0, Max = 1_000_000 };
    private static readonly NumberParameter Tolerance = new("tol", ParameterScope.Method, 1e-5, "The step, angle and norm that count as zero") { Min = 0 };

    public override string Name => "karcher";

    public override string Title => "Karcher Mean";

    public override string Summary => "The mean of the models' directions on the sphere, whatever their order, at the mean of their norms";

    public override int Version => 2;

    internal override double RelativeCost => 1.8;

    public override Uri Reference { get; } = new("https://en.wikipedia.org/wiki/Karcher_mean");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 1;

    public override ImmutableArray<ParameterDeclaration> Parameters => [Weight, Iterations, Tolerance];

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        models.All(model => Weight.Of(model) == 0) ? "the weights sum to 0; give at least one model a weight" : null;

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var used = Enumerable.Range(0, models.Length).Where(i => Weight.Of(models[i]) != 0).ToArray();
        return used.Length == 1 ? used[0] : null;
    }

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var gram = inputs.Operators<IProducts>().StartGram(inputs.Models.Length);
        inputs.Scan(tile => gram.Add(tile.Models));
        var total = inputs.Models.Sum(Weight.Of);
        var mean = new SphericalMean(gram, [.. inputs.Models.Select(model => Weight.Of(model) / total)], Tolerance.Of(inputs.Parameters));
        var coefficients = mean.Coefficients(Iterations.Of(inputs.Parameters));
        return Combination.OfModels(inputs, coefficients, coefficients.Sum());
    }
}
