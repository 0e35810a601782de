using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>The operators in torch, for devices other than the CPU; whole tiles at a time, with temporaries.</summary>
internal sealed class TorchOperators : IOperators
{
    private const double SoftmaxFloor = 1e-8;

    public IGram StartGram(int vectors) => new TorchGram(vectors);

    public IMagnitudeSum StartMagnitudeSum() => new TorchMagnitudeSum();

    public double[] RowProducts(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = first.shape[^1];
        return TorchBlockSum.OfRows(first.view(-1, rowLength).to(torch.float64) * second.view(-1, rowLength).to(torch.float64));
    }

    public double[] RowDivergences(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = first.shape[^1];
        var p = torch.nn.functional.softmax(first.view(-1, rowLength).to(torch.float64), 1) + SoftmaxFloor;
        var q = torch.nn.functional.softmax(second.view(-1, rowLength).to(torch.float64), 1) + SoftmaxFloor;
        return (p * (p / q).log()).sum(1).cpu().data<double>().ToArray();
    }

    public void AddColumnProducts(torch.Tensor first, torch.Tensor second, long start, double[] sums)
    {
        var products = (first.view(-1).to(torch.float64) * second.view(-1).to(torch.float64)).cpu().data<double>();
        for (var i = 0L; i < products.Count; i++)
        {
            sums[(start + i) % sums.Length] += products[i];
        }
    }

    public IMagnitudeSelection StartSelection(long elements, long skip, long keep) =>
        new TorchMagnitudeSelection(Search(_ => skip, _ => skip + keep));

    public IMagnitudeSelection StartSelectionOfNonZeros(long elements, double share) =>
        new TorchMagnitudeSelection(Search(_ => 0, nonZeros => (long)(share * nonZeros)));

    public IMagnitudeQuantiles StartQuantiles(long elements, params double[] shares) =>
        new MagnitudeQuantiles(Search(MagnitudeQuantiles.Counts(elements, shares)));

    public void Variance(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors)
    {
        var mean = tensors.Aggregate(torch.zeros_like(output), (sum, tensor) => sum.add_(tensor)).div_(tensors.Count);
        output.zero_();
        foreach (var tensor in tensors)
        {
            var difference = tensor - mean;
            output.add_(difference * difference);
        }

        output.div_(tensors.Count);
    }

    public void KeepRandomly(torch.Tensor values, long start, RandomWords random, double probability) =>
        TorchRandomMask.Keep(values, start, random, probability);

    public void KeepByRank(
        torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide) =>
        TorchRandomMask.KeepByRank(rows, start, random, probabilities, divide);

    public IKeptEntries StartKeptEntries() => new TorchKeptEntries();

    public void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights)
    {
        output.zero_();
        for (var i = 0; i < tensors.Count; i++)
        {
            output.add_((tensors[i] - anchor).mul_(weights[i]));
        }

        output.add_(anchor * scale);
    }

    public void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights)
    {
        output.zero_();
        for (var i = 0; i < deltas.Count; i++)
        {
            output.add_(deltas[i] * weights[i]);
        }

        output.add_(anchor);
    }

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

    public void AddMoved(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors)
    {
        var counts = torch.zeros_like(output);
        var ownFactors = torch.zeros_like(output);
        output.zero_();
        for (var i = 0; i < deltas.Count; i++)
        {
            var moves = (deltas[i].abs() > Rounded(epsilon, output)).to(output.dtype);
            output.add_(deltas[i] * moves);
            counts.add_(moves);
            ownFactors.add_(moves.mul_(factors[i]));
        }

        output.copy_(torch.where(counts == 1, output * ownFactors, output / counts.clamp(min: 1)));
        output.add_(anchor);
    }

    public void CountMoved(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together)
    {
        var moves = deltas.Select(delta => delta.abs() > Rounded(epsilon, delta)).ToArray();
        var counts = moves.Aggregate(torch.zeros_like(deltas[0]), (sum, own) => sum.add_(own.to(sum.dtype)));
        for (var i = 0; i < moves.Length; i++)
        {
            var own = moves[i].logical_and(counts == 1).sum().item<long>();
            alone[i] += own;
            together[i] += moves[i].sum().item<long>() - own;
        }
    }

    /// <summary>A bound in the tile's type, because torch compares with numbers in float64.</summary>
    private static double Rounded(double bound, torch.Tensor tile) =>
        tile.dtype == torch.ScalarType.Float64 ? bound : (float)bound;

    private static MagnitudeSearch Search(params Func<long, long>[] counts) =>
        new(TorchDigitScan.First, values => values.count_nonzero().item<long>(), counts);
}
