using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using MergeOps.Methods.Spectral;
using MergeOps.Methods.Tiles;
using TorchSharp;

namespace MergeOps.Methods.PostProcessors;

/// <summary>Shrinks the directions of a merged matrix in which several models add up to more than each of them wants.</summary>
internal sealed class SingularValueCalibration : PostProcessor
{
    private static readonly NumberParameter Alpha = new("alpha", ParameterScope.Method, 0.1, "The smallest share of a direction that a model counts with: directions in which all have less grow by up to 1 / alpha") { Min = 1e-3, Max = 1e3 };

    private static readonly FlagParameter SkipEmbeddings = new("skip_embeddings", ParameterScope.Method, true, "Leave token embeddings and output heads as they are merged")
    {
        OnlyTokenRows = true,
    };

    public override string Name => "singular_value_calibration";

    public override string Title => "Singular Value Calibration";

    public override string Summary => "Rescales each direction of a merged matrix by how far it exceeds what the models have in it";

    public override int Version => 1;

    public override Uri Reference { get; } = new("https://arxiv.org/abs/2602.05536");

    public override ImmutableArray<ParameterDeclaration> Parameters => [Alpha, SkipEmbeddings];

    public override bool DecomposesMatrices => true;

    internal override double DecompositionWork(ResolvedParameters parameters, ImmutableArray<long> shape) =>
        MatricesOf(parameters, shape) is { } matrices ? matrices.Count * Spectrum.WorkOf(matrices.Rows, matrices.Columns) : 0;

    public override TileLayout LayoutFor(ResolvedParameters parameters) => TileLayout.Whole;

    // the merged change and the models', and of a matrix the change, its decomposition and a product
    public override long HeldBytes(ResolvedParameters parameters, ImmutableArray<long> shape, int models, int elementSize)
    {
        if (MatricesOf(parameters, shape) is not { } matrices)
        {
            return 0;
        }

        var (size, side) = (matrices.Rows * matrices.Columns, Math.Min(matrices.Rows, matrices.Columns));
        return ((models + 1) * matrices.Count * size * elementSize) + (sizeof(double) * ((4 * size) + ((matrices.Rows + matrices.Columns) * side) + (5 * side * side)));
    }

    public override TileFunction? Prepare(IMergedInputs inputs)
    {
        if (MatricesOf(inputs.Parameters, inputs.Shape) is not { } matrices)
        {
            return null;
        }

        // the room of the merged change is that of the correction in the end
        var change = inputs.Hold(inputs.ElementCount);
        inputs.ScanMerged(tile => change.narrow(0, tile.Start, tile.Length).copy_(tile.Output.view(-1)).sub_(tile.Base.view(-1)));
        torch.Tensor[] vectors = [.. inputs.Models.Select(_ => torch.empty_like(change))];
        inputs.Scan(tile =>
        {
            foreach (var (vector, delta) in vectors.Zip(Vectors.Of(tile, fromBase: true)))
            {
                vector.narrow(0, tile.Start, tile.Length).copy_(delta.reshape(-1));
            }
        });
        for (var i = 0L; i < matrices.Count; i++)
        {
            using var scope = torch.NewDisposeScope();
            var (start, size) = (i * matrices.Rows * matrices.Columns, matrices.Rows * matrices.Columns);
            var part = change.narrow(0, start, size).view(matrices.Rows, matrices.Columns);
            var models = Array.ConvertAll(vectors, vector => vector.narrow(0, start, size).view(matrices.Rows, matrices.Columns));
            part.copy_(models.Append(part).All(each => each.isfinite().all().item<bool>()) ? Correction(part, models, Alpha.Of(inputs.Parameters)) : torch.full_like(part, Scalars.Of(double.NaN)));
        }

        foreach (var vector in vectors)
        {
            vector.Dispose();
        }

        return tile => tile.Output.add_(change.narrow(0, tile.Start, tile.Length).view(tile.Output.shape), Scalars.One);
    }

    // what is to be added: U·(γ − 1)Σ·Vᵀ of the merged change UΣVᵀ
    private static torch.Tensor Correction(torch.Tensor change, torch.Tensor[] models, double alpha)
    {
        var spectrum = Spectrum.Of(change.to(torch.float64), long.MaxValue);
        var total = torch.zeros(spectrum.Values.Length, dtype: torch.float64, device: change.device);
        var merged = spectrum.Right.mul(Spectrum.Row(spectrum.Values, change)).t();
        foreach (var model in models)
        {
            using var ofModel = torch.NewDisposeScope();
            // the row of each direction: uᵀτ of the model beside σvᵀ of the merge
            var rows = spectrum.Left.t().mm(model.to(torch.float64));
            var squares = rows.mul(rows).sum(1);
            var divisors = squares.add((squares == Scalars.Of(0)).to(torch.float64), Scalars.One);
            var share = rows.mul(merged).sum(1).div(divisors);
            total.add_(share.clamp(min: Scalars.Of(alpha)), Scalars.One);
        }

        var less = total.reciprocal().mul(Scalars.Of(models.Length)).sub(Scalars.Of(1)).unsqueeze(0);
        return spectrum.Left.mul(less).mm(merged);
    }

    private static Matrices? MatricesOf(ResolvedParameters parameters, ImmutableArray<long> shape) => SkipEmbeddings.Find(parameters) == true ? null : Matrices.Of(shape, 1);
}
