using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IConsensusSums"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchConsensusSums : IConsensusSums
{
    public void AddConsensus(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> models, IReadOnlyList<double> shares, double needed, double lambda)
    {
        var deltas = models.Select(model => model - anchor).ToList();
        var total = deltas[0].clone();
        foreach (var delta in deltas.Skip(1))
        {
            total.add_(delta, Scalars.One);
        }

        var votes = torch.zeros_like(total);
        foreach (var (delta, share) in deltas.Zip(shares))
        {
            votes.add_(delta.abs().gt((total - delta).abs_().mul_(Scalars.Of(share))), Scalars.One);
        }

        output.copy_(total.mul_(votes.ge(Scalars.Of(needed)))).mul_(Scalars.Of(lambda)).add_(anchor, Scalars.One);
    }
}
