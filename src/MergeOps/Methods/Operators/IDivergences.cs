using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>How far apart the rows of two matrices are, taken as distributions.</summary>
public interface IDivergences : IOperators
{
    /// <summary>Σ p log(p/q) for each row, p and q being the softmax of the first and of the second row plus 1e-8.</summary>
    double[] RowDivergences(torch.Tensor first, torch.Tensor second);
}
