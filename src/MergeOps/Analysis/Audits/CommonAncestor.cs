using MergeOps.Analysis.Sums;

namespace MergeOps.Analysis.Audits;

/// <summary>
/// Finds the candidate that the parents of a model were trained from. Seen from their base, fine-tunes lie in directions of their
/// own; seen from one of them, the others lie in one: the cosine is a half where all went equally far.
/// </summary>
internal static class CommonAncestor
{
    private const double MostCosine = 0.25;

    /// <summary>The ancestor; null where no candidate is one.</summary>
    /// <param name="tensors">What was read.</param>
    /// <param name="candidates">How many candidates there are.</param>
    /// <param name="parents">Those of which the model is made.</param>
    public static int? Of(IReadOnlyList<AuditedTensor> tensors, int candidates, IReadOnlyList<int> parents)
    {
        var best = Enumerable.Range(0, candidates)
            .Select(candidate => (Candidate: candidate, Cosine: MostBetween(candidate, [.. parents.Where(parent => parent != candidate)])))
            .MinBy(each => each.Cosine);
        return best.Cosine <= MostCosine ? best.Candidate : null;

        // a merge of two parents lies between them, which shows as a cosine far below 0
        double MostBetween(int from, int[] others) => others.Length < 2
            ? double.PositiveInfinity
            : others.SelectMany(one => others.Where(two => one < two).Select(two => Math.Abs(Cosine(from, one, two)))).Max();

        double Cosine(int from, int one, int two) =>
            Distance(from, one) is > 0 and var first && Distance(from, two) is > 0 and var second
                ? (first + second - Distance(one, two)) / (2 * Math.Sqrt(first * second))
                : 1;

        double Distance(int one, int two) => tensors.Sum(tensor => tensor.Sums is var sums && (one == 0 || two == 0)
            ? sums.Vectors[one + two].Squares
            : sums.Pairs[VectorSums.IndexOf(one, two)].SquaredDifferences);
    }
}
