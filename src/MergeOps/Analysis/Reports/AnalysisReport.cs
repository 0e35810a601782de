using MergeOps.Analysis.Gradients;
using MergeOps.Analysis.Spectra;
using MergeOps.Analysis.Verdicts;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Analysis.Reports;

/// <summary>An analysis with the names that the recipe gives to what was compared.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="PlanDigest">The digest of its plan.</param>
/// <param name="Sums">What was measured.</param>
/// <param name="Verdict">What it comes to.</param>
/// <param name="Options">What was read, and how it was trimmed.</param>
internal sealed record AnalysisReport(string Recipe, string PlanDigest, AnalysisSums Sums, AnalysisVerdict Verdict, AnalysisOptions Options)
{
    /// <summary>How scores depend on the share of the task vectors that the merge keeps; empty where that was not measured.</summary>
    public IReadOnlyList<SearchCurve> KeepRate { get; init; } = [];

    /// <summary>How the gradients of the base on the models' data agree; null where they were not measured.</summary>
    public GradientCosines? Gradients { get; init; }

    /// <summary>What reports call the result of the merge.</summary>
    public const string Merged = "merged";

    /// <summary>Whether merged tensors were made and vectors trimmed: a sample does neither.</summary>
    public bool IsWhole => Options.Sampling is null;

    /// <summary>The base as the recipe writes it; null without one.</summary>
    public string? Base => Sums.Plan.Base is { } model ? NameOf(model) : null;

    /// <summary>The vectors' names in their order; the merged one is the last of them, where it was made.</summary>
    public IEnumerable<string> Vectors => Sums.Plan.Models.Select(NameOf).Concat(IsWhole ? [Merged] : []);

    /// <summary>The pairs of vectors: models with each other, then each with the merged one.</summary>
    public IEnumerable<(int A, int B)> Pairs => AnalysisSums.PairsOf(Sums.Plan.Models, IsWhole);

    private string NameOf(int model) => Sums.Plan.Reads.Models[model].Reference.ToString();

    /// <summary>The share that trimming leaves, where it is one for all; null where the recipe's densities differ.</summary>
    public double? Trim =>
        Sums.Plan.Tensors.SelectMany(tensor => tensor.Inputs.Select(input => Options.TrimOf(tensor, input))).Distinct().Take(2).ToList() is [var only] ? only : null;

    /// <summary>The decompositions of some tensors.</summary>
    public IEnumerable<TensorSpectra> SpectraOf(Func<AnalyzedTensor, bool> which) =>
        Sums.Tensors.Where(entry => which(entry.Tensor)).Select(entry => entry.Sums.Spectra).OfType<TensorSpectra>();
}
