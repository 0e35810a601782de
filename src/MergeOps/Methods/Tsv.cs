using MergeOps.Methods.Contract;
using MergeOps.Methods.Spectral;
using TorchSharp;

namespace MergeOps.Methods;

/// <summary>The largest singular triplets of every task vector, turned so that those of different models lie at right angles.</summary>
internal sealed class Tsv : SpectralMethod
{
    public override string Name => "tsv";

    public override string Title => "TSV-Merge";

    public override string Summary => "The largest singular directions of each task vector, made orthogonal to those of the others";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2412.00081");

    protected override bool KeepsOneModel(ResolvedParameters parameters) => true;

    protected override torch.Tensor Merge(IReadOnlyList<torch.Tensor> vectors, ITensorInputs inputs)
    {
        var rank = Math.Min(vectors[0].shape[0], vectors[0].shape[1]) / vectors.Count;
        Spectrum[] spectra = [.. vectors.Select(vector => Largest(vector, rank))];
        var left = Orthogonal(spectra.Select(spectrum => spectrum.Left));
        var right = Orthogonal(spectra.Select(spectrum => spectrum.Right));
        return left.mul_(Spectrum.Row([.. spectra.SelectMany(spectrum => spectrum.Values)], left)).mm(right.t());
    }

    // the triplets, the vectors side by side, and the polar factor of these
    protected override long WorkOf(long rows, long columns, int models)
    {
        var side = Math.Min(rows, columns);
        return (3 * (rows + columns) * side) + (2 * rows * columns) + (5 * side * side);
    }

    // each vector, and both sides of all together
    protected override IEnumerable<(long Rows, long Columns)> Decomposed(long rows, long columns, int models)
    {
        var side = Math.Min(rows, columns) / models * models;
        return [.. Enumerable.Repeat((rows, columns), models), (rows, side), (columns, side)];
    }

    private static Spectrum Largest(torch.Tensor vector, long rank)
    {
        using var scope = torch.NewDisposeScope();
        var (values, left, right) = Spectrum.Of(vector.to(torch.float64), rank);
        return new(values, left.MoveToOuterDisposeScope(), right.MoveToOuterDisposeScope());
    }

    private static torch.Tensor Orthogonal(IEnumerable<torch.Tensor> columns)
    {
        using var scope = torch.NewDisposeScope();
        return Spectrum.PolarFactorOf(torch.cat([.. columns], 1), out _).MoveToOuterDisposeScope();
    }
}
