using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Audits;

/// <summary>What was read of one tensor of an audited model and of the candidates for its parents.</summary>
/// <param name="Tensor">The tensor: its job reads the first candidate as the base, then the audited model, then the other candidates.</param>
/// <param name="Sums">The sums of the vectors on the first candidate, the audited model's first.</param>
/// <param name="Noise">Σ of the squared errors that rounding to the audited model's number type makes.</param>
/// <param name="Equal">For each candidate how many entries of the audited model are, rounded to its number type, the candidate's.</param>
/// <param name="Entries">A few of the entries.</param>
internal sealed record AuditedTensor(AnalyzedTensor Tensor, VectorSums Sums, double Noise, double[] Equal, AuditedEntries Entries)
{
    /// <summary>The candidate of which every entry was read again, or null; the first of several.</summary>
    public int? CopyOf => Array.FindIndex(Equal, equal => equal == Sums.Elements) is >= 0 and var copy ? copy : null;

    /// <summary>Σ (y − x)² of a candidate.</summary>
    public double DistanceSquares(int candidate) => candidate == 0 ? Sums.Vectors[0].Squares : Sums.Pairs[VectorSums.IndexOf(0, candidate)].SquaredDifferences;

    /// <summary>The cosine between the model's weights and a candidate's; 0 where one of them is 0.</summary>
    public double CosineWith(int candidate)
    {
        var model = Sums.BaseSquares + (2 * Sums.Vectors[0].BaseProducts) + Sums.Vectors[0].Squares;
        var other = candidate == 0 ? Sums.BaseSquares : Sums.BaseSquares + (2 * Sums.Vectors[candidate].BaseProducts) + Sums.Vectors[candidate].Squares;
        var products = Sums.BaseSquares + Sums.Vectors[0].BaseProducts
            + (candidate == 0 ? 0 : Sums.Vectors[candidate].BaseProducts + Sums.Pairs[VectorSums.IndexOf(0, candidate)].Products);
        return model > 0 && other > 0 ? products / (Math.Sqrt(model) * Math.Sqrt(other)) : 0;
    }
}
