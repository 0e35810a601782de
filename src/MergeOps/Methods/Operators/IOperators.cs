using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>
/// The operators that have two implementations, SIMD loops over the pooled CPU tile and torch on other devices, held
/// equal by a test. Tensors are contiguous, of one shape and of the tile's type, float32 or float64; numbers are rounded
/// to that type, and every operation is rounded once, in the order in which it is written here.
/// Reductions accumulate in float64 over blocks of a fixed size counted from the start of the tensor, so that tile size
/// and threads never change a bit.
/// </summary>
public interface IOperators
{
    /// <summary>All scalar products among some vectors of equal length.</summary>
    /// <param name="vectors">How many vectors, at least 1.</param>
    IGram StartGram(int vectors);

    /// <summary>The sum of the magnitudes of a vector.</summary>
    IMagnitudeSum StartMagnitudeSum();

    /// <summary>
    /// Selects by magnitude: leaves out the <paramref name="skip"/> largest and takes the next <paramref name="keep"/>.
    /// </summary>
    /// <param name="skip">How many of the largest magnitudes to leave out.</param>
    /// <param name="keep">How many of those that follow to take.</param>
    IMagnitudeSelection StartSelection(long skip, long keep);

    /// <summary>output = Σ weightᵢ · (tensorᵢ − anchor) + scale · anchor.</summary>
    void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights);

    /// <summary>output = Σ weightᵢ · deltaᵢ + anchor.</summary>
    void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights);

    /// <summary>
    /// output = lambda · Σ eᵢ + anchor over the terms eᵢ = factorᵢ · deltaᵢ whose sign is that of Σ eᵢ (+ where that is
    /// zero; a zero term never counts), divided by the sum of these terms' weights where <paramref name="weights"/> are
    /// given (by 1 where that is zero).
    /// </summary>
    void AddElected(
        torch.Tensor output,
        torch.Tensor anchor,
        IReadOnlyList<torch.Tensor> deltas,
        IReadOnlyList<double> factors,
        IReadOnlyList<double>? weights,
        double lambda);
}
