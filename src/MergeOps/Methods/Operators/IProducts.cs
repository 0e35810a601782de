using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Scalar products and norms, of whole vectors, of rows and of columns.</summary>
public interface IProducts : IOperators
{
    /// <summary>All scalar products among some vectors of equal length.</summary>
    /// <param name="vectors">How many vectors, at least 1.</param>
    IGram StartGram(int vectors);

    /// <summary>The sum of the magnitudes of a vector.</summary>
    IMagnitudeSum StartMagnitudeSum();

    /// <summary>The scalar product of each row of one matrix with the same row of another.</summary>
    double[] RowProducts(torch.Tensor first, torch.Tensor second);

    /// <summary>Adds each element's product to the sum of its column: sums[(start + i) mod length] += firstᵢ · secondᵢ, in float64.</summary>
    /// <param name="first">A tile.</param>
    /// <param name="second">A tile.</param>
    /// <param name="start">The index of their first element in the whole tensor; tiles come in ascending order.</param>
    /// <param name="sums">One sum for each column.</param>
    void AddColumnProducts(torch.Tensor first, torch.Tensor second, long start, double[] sums);
}
