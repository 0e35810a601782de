using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>
/// The operators that have two implementations, SIMD loops over the pooled CPU tile and torch on other devices, held
/// equal by a test. Tensors are contiguous, of one shape and of the tile's type, float32 or float64; numbers are rounded
/// to that type, and every operation is rounded once, in the order in which it is written here.
/// Reductions accumulate in float64 over blocks of a fixed size counted from the start of the tensor (or of the row), so
/// that tile size and threads never change a bit.
/// </summary>
public interface IOperators
{
    /// <summary>All scalar products among some vectors of equal length.</summary>
    /// <param name="vectors">How many vectors, at least 1.</param>
    IGram StartGram(int vectors);

    /// <summary>The sum of the magnitudes of a vector.</summary>
    IMagnitudeSum StartMagnitudeSum();

    /// <summary>The scalar product of each row of one matrix with the same row of another.</summary>
    double[] RowProducts(torch.Tensor first, torch.Tensor second);

    /// <summary>Σ p log(p/q) for each row, p and q being the softmax of the first and of the second row plus 1e-8.</summary>
    double[] RowDivergences(torch.Tensor first, torch.Tensor second);

    /// <summary>Adds each element's product to the sum of its column: sums[(start + i) mod length] += firstᵢ · secondᵢ, in float64.</summary>
    /// <param name="first">A tile.</param>
    /// <param name="second">A tile.</param>
    /// <param name="start">The index of their first element in the whole tensor; tiles come in ascending order.</param>
    /// <param name="sums">One sum for each column.</param>
    void AddColumnProducts(torch.Tensor first, torch.Tensor second, long start, double[] sums);

    /// <summary>Keeps elements by magnitude: leaves out the largest ones and takes those that follow.</summary>
    /// <param name="elements">The number of elements of the whole tensor.</param>
    /// <param name="skip">How many of the largest magnitudes to leave out.</param>
    /// <param name="keep">How many of those that follow to take.</param>
    IMagnitudeSelection StartSelection(long elements, long skip, long keep);

    /// <summary>Keeps the largest magnitudes, as many as a share of the elements that are not zero (rounded down).</summary>
    /// <param name="elements">The number of elements of the whole tensor.</param>
    /// <param name="share">From 0 to 1.</param>
    IMagnitudeSelection StartSelectionOfNonZeros(long elements, double share);

    /// <summary>Quantiles of the magnitudes: for q the element at index ⌊q (n − 1)⌋ in ascending order.</summary>
    /// <param name="elements">The number of elements n of the whole tensor.</param>
    /// <param name="shares">The values of q, from 0 to 1.</param>
    IMagnitudeQuantiles StartQuantiles(long elements, params double[] shares);

    /// <summary>output = the mean of (tensorᵢ − m)², m being the mean of the tensors, for each element.</summary>
    void Variance(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors);

    /// <summary>Keeps each element with one probability and sets the others to zero, in place.</summary>
    /// <param name="values">A tile.</param>
    /// <param name="start">The index of its first element in the whole tensor.</param>
    /// <param name="random">The random words.</param>
    /// <param name="probability">From 0 to 1.</param>
    void KeepRandomly(torch.Tensor values, long start, RandomWords random, double probability);

    /// <summary>
    /// Keeps each element of a row of n with the probability lowest + (highest − lowest) · rank/(n − 1) and sets the others
    /// to zero, in place; the rank by magnitude ascends from 0, equal magnitudes rank by their index. A row of one
    /// element takes the mean of the two.
    /// </summary>
    /// <param name="rows">A tile of whole rows.</param>
    /// <param name="start">The index of its first element in the whole tensor.</param>
    /// <param name="random">The random words.</param>
    /// <param name="probabilities">The probabilities of the smallest and of the largest magnitude.</param>
    /// <param name="divide">Whether kept elements are divided by their probability.</param>
    void KeepByRank(torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide);

    /// <summary>Remembers which elements were kept, for a second pass.</summary>
    IKeptEntries StartKeptEntries();

    /// <summary>output = Σ weightᵢ · (tensorᵢ − anchor) + scale · anchor.</summary>
    void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights);

    /// <summary>output = Σ weightᵢ · deltaᵢ + anchor.</summary>
    void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights);

    /// <summary>output = what the election makes of the deltas + anchor.</summary>
    void AddElected(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election);

    /// <summary>
    /// output = Σ of the deltas whose magnitude exceeds <paramref name="epsilon"/> + anchor, each element's sum divided by
    /// the number of its deltas that do, or, where there is but one, multiplied with that model's factor.
    /// </summary>
    void AddMoved(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors);

    /// <summary>Counts for each delta the elements that exceed <paramref name="epsilon"/> in it alone, and those that do in others too.</summary>
    void CountMoved(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together);
}
