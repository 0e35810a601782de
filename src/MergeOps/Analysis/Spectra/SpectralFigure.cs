using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Spectra;

/// <summary>A figure of a tensor's decompositions; of several tensors it is their mean.</summary>
/// <param name="Name">The name, as machine output writes it.</param>
/// <param name="Label">The heading of its column in tables.</param>
/// <param name="Meaning">What it is, in a phrase.</param>
/// <param name="Of">The value of a vector, of a pair or of all, by its number; null where there is none.</param>
internal sealed record SpectralFigure(string Name, string Label, string Meaning, Func<TensorSpectra, int, double?> Of)
{
    /// <summary>Of a vector, by its number; the merged one is the last.</summary>
    public static IReadOnlyList<SpectralFigure> OfVector { get; } =
    [
        new("effective_rank", "effective rank", "exp of the entropy of the singular values over their sum", (spectra, i) => spectra.EffectiveRanks[i]),
        new("stable_rank", "stable rank", "‖v‖² over the square of the largest singular value", (spectra, i) => spectra.StableRanks[i]),
        new("alignment", "SAR", "share of the norm that lies in the merged vector's k left directions", (spectra, i) => i < spectra.Alignments.Length ? spectra.Alignments[i] : null),
    ];

    /// <summary>Of a pair, by its number as <see cref="VectorSums.IndexOf"/> counts them.</summary>
    public static IReadOnlyList<SpectralFigure> OfPair { get; } =
    [
        new("overlap_left", "left overlap", "‖U_aᵀU_b‖² / k of the k left directions: 0 orthogonal, 1 the same space", (spectra, i) => spectra.Overlaps[i]?.Left),
        new("overlap_right", "right overlap", "the same of the right directions", (spectra, i) => spectra.Overlaps[i]?.Right),
        new("angle_least", "least angle", "the smallest principal angle between the left spaces, in degrees", (spectra, i) => spectra.Overlaps[i]?.Angles[0]),
        new("angle_mean", "mean angle", "the mean of the principal angles, in degrees", (spectra, i) => spectra.Overlaps[i]?.Angles.Average()),
    ];

    /// <summary>Of all models together.</summary>
    public static SpectralFigure Interference { get; } =
        new("interference", "STI", "singular-task interference ‖(ÛᵀÛ − I) Σ̂ (V̂ᵀV̂ − I)‖₁ of the models' k directions side by side", (spectra, _) => spectra.Interference);

    /// <summary>The mean over tensors; null where none has a value.</summary>
    public double? MeanOf(IEnumerable<TensorSpectra> tensors, int index) =>
        tensors.Select(spectra => Of(spectra, index)).OfType<double>().ToList() is { Count: > 0 } values ? values.Average() : null;
}
