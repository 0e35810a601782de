namespace MergeOps.Methods.Operators;

/// <summary>
/// How deltas are merged by an elected sign: for each element the sign of Σ voteᵢ · deltaᵢ (+ where that is zero) is
/// elected, and the terms factorᵢ · deltaᵢ are added whose votes have that sign; a zero never counts.
/// </summary>
/// <param name="Votes">What each delta is multiplied by for the vote.</param>
/// <param name="Factors">What each delta is multiplied by for the sum.</param>
/// <param name="Weights">The sum is divided by the sum of the weights of the terms in it (by 1 where that is 0); null leaves it.</param>
/// <param name="Lambda">Multiplies the result.</param>
public sealed record SignElection(
    IReadOnlyList<double> Votes, IReadOnlyList<double> Factors, IReadOnlyList<double>? Weights = null, double Lambda = 1)
{
    /// <summary>The smallest sum of weights that is divided by; smaller ones are replaced by it.</summary>
    public double MinDivisor { get; init; } = double.NegativeInfinity;
}
