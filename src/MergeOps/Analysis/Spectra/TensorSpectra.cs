using System.Collections.Immutable;
using MergeOps.Analysis.Sums;
using TorchSharp;

namespace MergeOps.Analysis.Spectra;

/// <summary>What two matrices' largest directions have in common.</summary>
/// <param name="Left">‖U_aᵀ U_b‖² / k of the left directions: 0 orthogonal, 1 the same space.</param>
/// <param name="Right">‖V_aᵀ V_b‖² / k of the right directions.</param>
/// <param name="Angles">The principal angles between the left spaces in degrees, ascending.</param>
internal sealed record SubspaceOverlap(double Left, double Right, ImmutableArray<double> Angles);

/// <summary>The spectral figures of one tensor.</summary>
/// <param name="EffectiveRanks">Of each vector, the merged one the last; null of a zero vector.</param>
/// <param name="StableRanks">Likewise.</param>
/// <param name="Alignments">Of each model SAR: ‖Π v‖ / ‖v‖, Π onto the merged vector's left directions; null where one of them is zero.</param>
/// <param name="Overlaps">Of each pair, as <see cref="VectorSums.IndexOf"/> orders them; null where a vector is zero.</param>
/// <param name="Interference">Singular-task interference of the models; null where fewer than two of them are not zero.</param>
internal sealed record TensorSpectra(
    ImmutableArray<double?> EffectiveRanks,
    ImmutableArray<double?> StableRanks,
    ImmutableArray<double?> Alignments,
    ImmutableArray<SubspaceOverlap?> Overlaps,
    double? Interference)
{
    /// <summary>Decomposes a tensor's vectors.</summary>
    /// <param name="vectors">Rows × columns in float64, the merged one the last.</param>
    /// <param name="directions">How many directions of each.</param>
    public static TensorSpectra Of(IReadOnlyList<torch.Tensor> vectors, int directions)
    {
        using var scope = torch.NewDisposeScope();
        var norms = vectors.Select(vector => vector.norm().item<double>()).ToArray();
        Spectrum?[] spectra = [.. vectors.Zip(norms, (vector, norm) => norm > 0 ? new Spectrum(vector, directions) : null)];
        var merged = spectra[^1];
        return new(
            [.. spectra.Select(spectrum => spectrum?.EffectiveRank)],
            [.. spectra.Select(spectrum => spectrum?.StableRank)],
            [
                .. Enumerable.Range(0, vectors.Count - 1).Select(model => merged is null || norms[model] <= 0 ? (double?)null
                    : merged.Left.t().matmul(vectors[model]).norm().item<double>() / norms[model]),
            ],
            [
                .. from second in Enumerable.Range(1, vectors.Count - 1)
                   from first in Enumerable.Range(0, second)
                   select spectra[first] is { } a && spectra[second] is { } b ? Between(a, b) : null,
            ],
            InterferenceOf([.. spectra[..^1].OfType<Spectrum>()]));
    }

    private static SubspaceOverlap Between(Spectrum a, Spectrum b)
    {
        var k = Math.Min(a.Left.shape[1], b.Left.shape[1]);
        var left = a.Left.narrow(1, 0, k).t().matmul(b.Left.narrow(1, 0, k));
        var right = a.Right.narrow(1, 0, k).t().matmul(b.Right.narrow(1, 0, k));
        return new(
            left.mul(left).sum().item<double>() / k,
            right.mul(right).sum().item<double>() / k,
            [.. torch.linalg.svdvals(left).data<double>().ToArray().Select(cosine => 180 / Math.PI * Math.Acos(Math.Clamp(cosine, -1, 1))).Order()]);
    }

    // ‖(ÛᵀÛ − I) Σ̂ (V̂ᵀV̂ − I)‖₁ of the directions side by side, entry by entry (arXiv 2412.00081)
    private static double? InterferenceOf(IReadOnlyList<Spectrum> models)
    {
        if (models.Count < 2)
        {
            return null;
        }

        var left = torch.cat([.. models.Select(model => model.Left)], 1);
        var right = torch.cat([.. models.Select(model => model.Right)], 1);
        var values = torch.tensor(models.SelectMany(model => model.Values.Take((int)model.Left.shape[1])).ToArray(), torch.ScalarType.Float64);
        return Apart(left).mul(values.unsqueeze(0)).matmul(Apart(right)).abs().sum().item<double>();

        static torch.Tensor Apart(torch.Tensor directions) =>
            directions.t().matmul(directions) - torch.eye(directions.shape[1], dtype: torch.ScalarType.Float64);
    }
}
