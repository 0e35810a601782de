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
            votes.add_(deltas[i].mul(Scalars.Of(election.Votes[i])), Scalars.One);
        }

        var isPositive = votes >= Scalars.Of(0);
        var divisors = torch.zeros_like(output);
        output.zero_();
        for (var i = 0; i < deltas.Count; i++)
        {
            var own = deltas[i].mul(Scalars.Of(election.Votes[i]));
            var agrees = torch.where(isPositive, own > Scalars.Of(0), own < Scalars.Of(0)).to(output.dtype);
            output.add_(deltas[i].mul(Scalars.Of(election.Factors[i])).mul_(agrees), Scalars.One);
            divisors.add_(agrees.mul_(Scalars.Of(election.Weights?[i] ?? 0)), Scalars.One);
        }

        if (election.Weights is not null)
        {
            output.div_(divisors.masked_fill_(divisors == Scalars.Of(0), Scalars.Of(1)).clamp_(min: Scalars.Of(election.MinDivisor)));
        }

        output.mul_(Scalars.Of(election.Lambda)).add_(anchor, Scalars.One);
    }
}
