using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Tiles;

namespace MergeOps.Methods;

/// <summary>Checkpoints folded one after another with slerp, tensor by tensor, without a model in between.</summary>
internal sealed class RepeatedSlerp : MergeMethod
{
    private static readonly NumbersParameter StepLengths = new(
        "t", ParameterScope.Method, "How far each step goes toward the next model; when left out, 1/2, 1/3, ... give equal shares")
    {
        IsOptional = true,
    };

    public override string Name => "repeated_slerp";

    public override string Title => "Repeated SLERP";

    public override string Summary => "Several checkpoints folded into one by SLERP after SLERP, in the recipe's order";

    public override int Version => 1;

    internal override double RelativeCost => 1.9;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2506.05176");

    public override BaseModelRule BaseModel => BaseModelRule.Unused;

    public override int MinModels => 2;

    public override RowMismatch RowMismatch => RowMismatch.CommonRows;

    public override bool OrderMatters => true;

    public override ImmutableArray<ParameterDeclaration> Parameters => [StepLengths];

    public override string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) =>
        StepLengths.Find(parameters) is { } steps && steps.Length != models.Length - 1
            ? FormattableString.Invariant($"t has {steps.Length} values, but {models.Length} models take {models.Length - 1} steps")
            : null;

    public override int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models)
    {
        var steps = Steps(parameters, models.Length);
        if (steps.All(step => step == 0))
        {
            return 0;
        }

        return steps[^1] == 1 ? models.Length - 1 : null;
    }

    public override TileFunction Prepare(ITensorInputs inputs)
    {
        var models = inputs.Models.Length;
        var gram = inputs.Operators<IProducts>().StartGram(models);
        inputs.Scan(tile => gram.Add(tile.Models));
        var folded = new double[models];
        folded[0] = 1;
        var steps = Steps(inputs.Parameters, models);
        for (var next = 1; next < models; next++)
        {
            var product = Enumerable.Range(0, next).Sum(i => folded[i] * gram[i, next]);
            var (first, second) = SphericalInterpolation.SlerpCoefficients(product, Norm(folded, gram), gram.Norm(next), steps[next - 1]);
            folded = Array.ConvertAll(folded, coefficient => coefficient * first);
            folded[next] = second;
        }

        return Combination.OfModels(inputs, [.. folded], folded.Sum());
    }

    private static double Norm(double[] sum, IGram gram)
    {
        var models = Enumerable.Range(0, sum.Length);
        return Math.Sqrt(Math.Max(models.Sum(i => models.Sum(j => sum[i] * sum[j] * gram[i, j])), 0));
    }

    private static ImmutableArray<double> Steps(ResolvedParameters parameters, int models) =>
        StepLengths.Find(parameters) ?? [.. Enumerable.Range(2, models - 1).Select(k => 1.0 / k)];
}
