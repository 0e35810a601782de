using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IMovedSums"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchMovedSums : IMovedSums
{
    public void AddMoved(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors)
    {
        var counts = torch.zeros_like(output);
        var ownFactors = torch.zeros_like(output);
        output.zero_();
        for (var i = 0; i < deltas.Count; i++)
        {
            var moves = (deltas[i].abs() > Scalars.Of(Rounded(epsilon, output))).to(output.dtype);
            output.add_(deltas[i] * moves, Scalars.One);
            counts.add_(moves, Scalars.One);
            ownFactors.add_(moves.mul_(Scalars.Of(factors[i])), Scalars.One);
        }

        output.copy_(torch.where(counts == Scalars.Of(1), output * ownFactors, output / counts.clamp(min: Scalars.Of(1))));
        output.add_(anchor, Scalars.One);
    }

    public void CountMoved(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together)
    {
        var moves = deltas.Select(delta => delta.abs() > Scalars.Of(Rounded(epsilon, delta))).ToArray();
        var counts = moves.Aggregate(torch.zeros_like(deltas[0]), (sum, own) => sum.add_(own.to(sum.dtype), Scalars.One));
        for (var i = 0; i < moves.Length; i++)
        {
            var own = moves[i].logical_and(counts == Scalars.Of(1)).sum().item<long>();
            alone[i] += own;
            together[i] += moves[i].sum().item<long>() - own;
        }
    }

    /// <summary>A bound in the tile's type, because torch compares with numbers in float64.</summary>
    private static double Rounded(double bound, torch.Tensor tile) =>
        tile.dtype == torch.ScalarType.Float64 ? bound : (float)bound;
}
