using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Operators.Cpu;
using MergeOps.Methods.Spectral;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>The task vector that disturbs no task's own input directions, by the closed form of its gradient flow.</summary>
internal sealed class Wudi : SpectralMethod
{
    private const string Sum = "sum";
    private const string Mean = "mean";

    // below this 1 − e⁻ˣ is its own series
    private const double Small = 1e-5;

    private static readonly NumberParameter Time = new("exp_time", ParameterScope.Method, 300, "How long the gradient flow runs; what it has not reached stays at its start") { Min = 0 };
    private static readonly NumberParameter RankShare = new("rank_ratio", ParameterScope.Method, 0.85, "The share of the input directions that move, the most used ones first") { Min = 0, Max = 1 };
    private static readonly ChoiceParameter Start = new("init", ParameterScope.Method, ParameterValue.Of(Sum), "Where the flow starts: at the sum of the task vectors, at their mean or at zero") { Choices = [Sum, Mean, "zero"] };

    public override string Name => "wudi";

    public override string Title => "WUDI";

    public override string Summary => "The task vector that interferes least with each task's own input directions, in closed form";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2503.08099");

    protected override ImmutableArray<ParameterDeclaration> OwnParameters => [Time, RankShare, Start];

    protected override torch.Tensor Merge(IReadOnlyList<torch.Tensor> vectors, ITensorInputs inputs)
    {
        var used = vectors.Select(vector => (Vector: vector, Norm: Norm(vector, inputs))).Where(each => each.Norm > 0).ToArray();
        var columns = vectors[0].shape[1];
        var start = Start.Of(inputs.Parameters) switch { Sum => 1, Mean => 1.0 / vectors.Count, _ => 0 };
        var flow = torch.zeros_like(vectors[0], dtype: torch.float64);
        if (used.Length == 0)
        {
            return flow;
        }

        // the Gram matrix of all tasks is that of their normalized rows
        var rows = torch.cat([.. used.Select(each => each.Vector.to(torch.float64).div(Scalars.Of(each.Norm)))], 0);
        var (values, left, right) = Spectrum.Of(rows, (long)Math.Ceiling(RankShare.Of(inputs.Parameters) * columns));
        rows.Dispose();
        double[] reached = [.. values.Select(value => Reached(value * value * Time.Of(inputs.Parameters)))];
        double[] solved = [.. reached.Zip(values, (share, value) => share / (value * value))];
        var images = left.mul_(Spectrum.Row(values, left));
        foreach (var (index, (vector, norm)) in used.Index())
        {
            using var scope = torch.NewDisposeScope();
            var matrix = vector.to(torch.float64);
            var image = images.narrow(0, index * matrix.shape[0], matrix.shape[0]);
            var pulled = matrix.mm(matrix.t().mm(image)).div_(Scalars.Of(norm)).mul_(Spectrum.Row(solved, image));
            var started = image.mul(Scalars.Of(norm * start)).mul_(Spectrum.Row(reached, image));
            flow.add_(pulled.sub_(started).mm(right.t()), Scalars.One);
        }

        return flow.add_(TaskSum.Of(vectors).mul_(Scalars.Of(start)), Scalars.One);
    }

    // the rows of all models with their directions, and the decomposition of the shorter side
    protected override long WorkOf(long rows, long columns, int models)
    {
        var (all, side) = (rows * models, Math.Min(rows * models, columns));
        return (all * columns) + ((all + columns) * side) + (5 * side * side) + (5 * rows * columns);
    }

    // the rows of all models, one below the other
    protected override IEnumerable<(long Rows, long Columns)> Decomposed(long rows, long columns, int models) => [(rows * models, columns)];

    // 1 − e⁻ˣ
    private static double Reached(double x) => x < Small ? x - (x * x / 2) : 1 - StableMath.Exp(Vector512.Create(-x))[0];

    private static double Norm(torch.Tensor vector, ITensorInputs inputs)
    {
        var square = inputs.Operators<IProducts>().StartGram(1);
        square.Add([vector.view(-1)]);
        return square.Norm(0);
    }
}
