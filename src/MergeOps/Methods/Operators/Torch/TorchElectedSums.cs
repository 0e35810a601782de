using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IElectedSums"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchElectedSums : IElectedSums
{
    public void AddElected(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election)
    {
        var votes = torch.zeros_like(output);
        for (var i = 0; i < deltas.Count; i++)
        {
            votes.add_(deltas[i] * election.Votes[i]);
        }

        var isPositive = votes >= 0;
        var divisors = torch.zeros_like(output);
        output.zero_();
        for (var i = 0; i < deltas.Count; i++)
        {
            var own = deltas[i] * election.Votes[i];
            var agrees = torch.where(isPositive, own > 0, own < 0).to(output.dtype);
            output.add_((deltas[i] * election.Factors[i]).mul_(agrees));
            divisors.add_(agrees.mul_(election.Weights?[i] ?? 0));
        }

        if (election.Weights is not null)
        {
            output.div_(divisors.masked_fill_(divisors == 0, 1).clamp_(min: election.MinDivisor));
        }

        output.mul_(election.Lambda).add_(anchor);
    }
}
