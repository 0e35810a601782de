using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Spectral;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>The common directions of the task vectors and some of each task's own, all with one singular value.</summary>
internal sealed class IsoCts : SpectralMethod
{
    private static readonly NumberParameter CommonShare = new(
        "common_space_fraction", ParameterScope.Method, 0.8, "The share of the directions that the sum of the task vectors gives; the tasks' own are the rest")
    {
        Min = 0,
        Max = 1,
    };

    public override string Name => "iso_cts";

    public override string Title => "Iso-CTS";

    public override string Summary => "The directions that the task vectors share and some of each one's own, all of one strength";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2502.04959");

    protected override ImmutableArray<ParameterDeclaration> OwnParameters => [CommonShare];

    protected override torch.Tensor Merge(IReadOnlyList<torch.Tensor> vectors, ITensorInputs inputs)
    {
        var side = Math.Min(vectors[0].shape[0], vectors[0].shape[1]);
        var own = OwnOf(side, vectors.Count, CommonShare.Of(inputs.Parameters));
        var common = Common(vectors, side - (own * vectors.Count));
        Spectrum[] parts = own == 0 ? [common] : [.. vectors.Select(vector => Outside(common, vector, own)), common];
        var left = Spectrum.PolarFactorOf(torch.cat([.. parts.Select(part => part.Left)], 1), out _);
        var right = Spectrum.PolarFactorOf(torch.cat([.. parts.Select(part => part.Right)], 1), out _);
        var strength = Spectrum.SumOf(parts.SelectMany(part => part.Values)) / side;
        return left.mm(right.t()).mul_(Scalars.Of(strength));
    }

    // the triplets, the vectors side by side, and the polar factor of these
    protected override long WorkOf(long rows, long columns, int models)
    {
        var side = Math.Min(rows, columns);
        return (3 * (rows + columns) * side) + (3 * rows * columns) + (5 * side * side);
    }

    // the sum, what each vector has beside it, and both sides of all together
    protected override IEnumerable<(long Rows, long Columns)> Decomposed(long rows, long columns, int models)
    {
        var side = Math.Min(rows, columns);
        return [.. Enumerable.Repeat((rows, columns), models + 1), (rows, side), (columns, side)];
    }

    // how many directions of its own each task gets: as the reference rounds them, but no more than there are
    private static long OwnOf(long side, int models, double commonShare)
    {
        var own = (long)Math.Round((side - (long)(side * commonShare)) / (double)models, MidpointRounding.ToEven);
        return Math.Min(own, side / models);
    }

    private static Spectrum Common(IReadOnlyList<torch.Tensor> vectors, long count)
    {
        using var scope = torch.NewDisposeScope();
        return Kept(Spectrum.Of(TaskSum.Of(vectors), count));
    }

    // what a task has outside the common directions, unless it is rounding
    private static Spectrum Outside(Spectrum common, torch.Tensor vector, long count)
    {
        using var scope = torch.NewDisposeScope();
        var rest = vector.to(torch.float64, copy: true);
        rest.sub_(common.Left.mm(common.Left.t().mm(rest)));
        return Kept(Spectrum.Of(rest, count, common.Values is [var largest, ..] ? Spectrum.Negligible * largest : 0));
    }

    private static Spectrum Kept(Spectrum spectrum) => spectrum with
    {
        Left = spectrum.Left.MoveToOuterDisposeScope(),
        Right = spectrum.Right.MoveToOuterDisposeScope(),
    };
}
