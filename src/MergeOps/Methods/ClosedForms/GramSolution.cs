using MergeOps.Diagnostics;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.ClosedForms;

/// <summary>W* = (Σ Wᵢ G̃ᵢ)(Σ G̃ᵢ)⁻¹ as a difference from the first model, so that equal models give exactly themselves; in float64.</summary>
internal static class GramSolution
{
    /// <summary>What is to be added to the first model's weight; null where it is alone.</summary>
    /// <param name="tensor">The weight's name.</param>
    /// <param name="models">The weights [rows, columns]; all but the first one are overwritten.</param>
    /// <param name="gramOf">A Gram of a model [columns, columns], float64 on the CPU, weighted already; a new tensor each time.</param>
    /// <exception cref="MergeOpsException">The sum of the Grams is not positive definite.</exception>
    public static unsafe torch.Tensor? Of(string tensor, IReadOnlyList<torch.Tensor> models, Func<int, torch.Tensor> gramOf)
    {
        if (models.Count == 1)
        {
            return null;
        }

        var (rows, columns) = (models[0].shape[0], models[0].shape[1]);
        using var sum = torch.zeros(columns, columns, torch.float64);
        var right = torch.zeros(rows, columns, torch.float64);
        for (var model = 0; model < models.Count; model++)
        {
            using var gram = gramOf(model);
            sum.add_(gram, Scalars.One);
            if (model > 0)
            {
                using var difference = models[model].sub_(models[0]).to(torch.float64, torch.CPU, copy: true);
                MatrixProduct.Add(1, TensorAddress.Of(difference), columns, TensorAddress.Of(gram), columns, TensorAddress.Of(right), columns, rows, columns, columns);
            }
        }

        if (!Cholesky.TryFactor(TensorAddress.Of(sum), columns))
        {
            throw new MergeOpsException(
                Codes.StatisticsImpossible,
                $"The sum of the Gram matrices of {TerminalText.Quoted(tensor)} is not positive definite: some inputs were never seen, or depend on each other. Set 'ridge' to 1e-6 or more, or measure with more items.");
        }

        Cholesky.Solve(TensorAddress.Of(sum), columns, TensorAddress.Of(right), rows);
        return right;
    }

    /// <summary>Weights a Gram in place: its off-diagonal entries by one factor more, its diagonal with a share of its mean on top.</summary>
    /// <param name="tensor">The weight's name.</param>
    /// <param name="command">What measures it again.</param>
    /// <param name="gram">The Gram.</param>
    /// <param name="share">The model's share.</param>
    /// <param name="alpha">The factor of the off-diagonal entries.</param>
    /// <param name="ridge">The share of the diagonal's mean.</param>
    /// <exception cref="MergeOpsException">It is none.</exception>
    public static torch.Tensor Weighted(string tensor, string command, torch.Tensor gram, double share, double alpha, double ridge)
    {
        using var diagonal = gram.diagonal().clone();
        if (!diagonal.isfinite().all().item<bool>())
        {
            throw new MergeOpsException(
                Codes.StatisticsImpossible,
                $"A Gram matrix of {TerminalText.Quoted(tensor)} holds numbers that are not finite: a model's arithmetic overflows on this data. Check whether each model works by itself: `mergeops evaluate` scores them.");
        }

        if (diagonal.min().item<double>() < 0)
        {
            throw new MergeOpsException(
                Codes.StatisticsImpossible,
                $"A Gram matrix of {TerminalText.Quoted(tensor)} has {diagonal.min().item<double>()} on its diagonal, and a mean of squares is at least 0. Delete the file, and measure again with `{command}`.");
        }

        gram.mul_(Scalars.Of(share * alpha));
        gram.diagonal().copy_(diagonal.add(diagonal.mean().mul(Scalars.Of(ridge)), Scalars.One).mul(Scalars.Of(share)));
        return gram;
    }
}
