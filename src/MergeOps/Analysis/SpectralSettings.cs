using System.Globalization;
using MergeOps.Diagnostics;
using MergeOps.Planning;

namespace MergeOps.Analysis;

/// <summary>What is decomposed on request: matrices outside of embeddings and heads, and of each so many of the largest directions.</summary>
/// <param name="Directions">The number k of directions of each vector, at least 1.</param>
internal sealed record SpectralSettings(int Directions)
{
    /// <summary>Whether a tensor is decomposed: a matrix whose rows are no tokens.</summary>
    public static bool Applies(AnalyzedTensor tensor) => tensor.Job.Shape.Length == 2 && tensor.Job.ElementCount > 0 && tensor.Role is not ("embedding" or "head");

    /// <summary>Bytes that a tensor's matrices and their decompositions take: every vector in float64, one of them with its products and directions beside.</summary>
    public long BytesOf(AnalyzedTensor tensor)
    {
        if (!Applies(tensor))
        {
            return 0;
        }

        var (rows, columns, vectors) = (tensor.Job.Shape[0], tensor.Job.Shape[1], tensor.Inputs.Length + 1);
        var least = Math.Min(rows, columns);
        return sizeof(double) * ((vectors * rows * columns) + (4 * least * least) + (4 * (rows + columns) * Math.Min(Directions, least) * vectors));
    }

    /// <summary>What it costs, in a sentence: known before anything is read.</summary>
    /// <param name="plan">What is compared.</param>
    public string Cost(AnalysisPlan plan)
    {
        List<AnalyzedTensor> matrices = [.. plan.Tensors.Where(Applies)];
        var work = matrices.Sum(tensor => WorkOf(tensor.Job) * (tensor.Inputs.Length + 1));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{matrices.Count:N0} matrices are decomposed, {plan.Models.Length + 1} times each: about {work / 1e9:N0} GFLOP, and {ByteText.Of(matrices.Select(BytesOf).DefaultIfEmpty(0).Max())} for the largest of them");
    }

    // products of the shorter side, and a symmetric eigenvalue problem of its size with vectors
    private static double WorkOf(TensorJob job)
    {
        var (least, most) = ((double)Math.Min(job.Shape[0], job.Shape[1]), (double)Math.Max(job.Shape[0], job.Shape[1]));
        return (2 * least * least * most) + (9 * least * least * least);
    }
}
