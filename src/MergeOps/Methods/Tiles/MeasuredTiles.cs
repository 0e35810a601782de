using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.Tiles;

/// <summary>Statistics that come with tiles and cannot be negative.</summary>
internal static class MeasuredTiles
{
    /// <summary>A piece of a Fisher information divided by a number, in its own buffer.</summary>
    /// <param name="inputs">The tensor, for messages.</param>
    /// <param name="fisher">The piece.</param>
    /// <param name="scale">What it is multiplied by.</param>
    /// <exception cref="MergeOpsException">It holds a negative number, which the square of no gradient is.</exception>
    public static torch.Tensor Fisher(ITensorInputs inputs, torch.Tensor fisher, double scale)
    {
        if (fisher.numel() > 0 && fisher.min().to(torch.float64).item<double>() is < 0 and var least)
        {
            throw new MergeOpsException(
                Codes.StatisticsImpossible, $"The Fisher information of {TerminalText.Quoted(inputs.TensorName)} holds {least}, and a mean of squares is at least 0. Delete the file, and measure again with `mergeops measure fisher`.");
        }

        return scale == 1 ? fisher : fisher.mul_(Scalars.Of(scale));
    }
}
