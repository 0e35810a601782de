using TorchSharp;

namespace MergeOps.Methods.Operators.Cpu;

/// <summary>The operators as SIMD loops over the memory of CPU tensors.</summary>
internal sealed class CpuOperators : IOperators
{
    public IGram StartGram(int vectors) => new CpuGram(vectors);

    public IMagnitudeSum StartMagnitudeSum() => new CpuMagnitudeSum();

    public double[] RowProducts(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = (int)first.shape[^1];
        return first.IsDouble()
            ? Cpu.RowProducts.Of<double>(first.AsSpan<double>(), second.AsSpan<double>(), rowLength)
            : Cpu.RowProducts.Of<float>(first.AsSpan<float>(), second.AsSpan<float>(), rowLength);
    }

    public double[] RowDivergences(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = (int)first.shape[^1];
        return first.IsDouble()
            ? RowDivergences<double>.Of(first.AsSpan<double>(), second.AsSpan<double>(), rowLength)
            : RowDivergences<float>.Of(first.AsSpan<float>(), second.AsSpan<float>(), rowLength);
    }

    public void AddColumnProducts(torch.Tensor first, torch.Tensor second, long start, double[] sums)
    {
        if (first.IsDouble())
        {
            ColumnProducts.Add<double>(first.AsSpan<double>(), second.AsSpan<double>(), start, sums);
        }
        else
        {
            ColumnProducts.Add<float>(first.AsSpan<float>(), second.AsSpan<float>(), start, sums);
        }
    }

    public IMagnitudeSelection StartSelection(long elements, long skip, long keep) =>
        new CpuMagnitudeSelection(AfterSample(Search(elements, _ => skip, _ => skip + keep), elements, isShareOfNonZeros: false));

    public IMagnitudeSelection StartSelectionOfNonZeros(long elements, double share) =>
        new CpuMagnitudeSelection(AfterSample(Search(elements, _ => 0, nonZeros => (long)(share * nonZeros)), elements, isShareOfNonZeros: true));

    public IMagnitudeQuantiles StartQuantiles(long elements, params double[] shares) =>
        new MagnitudeQuantiles(Search(elements, MagnitudeQuantiles.Counts(elements, shares)));

    public void Variance(torch.Tensor output, IReadOnlyList<torch.Tensor> tensors)
    {
        if (output.IsDouble())
        {
            Variances.Write<double>(output, tensors);
        }
        else
        {
            Variances.Write<float>(output, tensors);
        }
    }

    public void KeepRandomly(torch.Tensor values, long start, RandomWords random, double probability)
    {
        if (values.IsDouble())
        {
            RandomMask.Keep(values.AsSpan<double>(), start, random, probability);
        }
        else
        {
            RandomMask.Keep(values.AsSpan<float>(), start, random, probability);
        }
    }

    public void KeepByRank(
        torch.Tensor rows, long start, RandomWords random, (double Lowest, double Highest) probabilities, bool divide)
    {
        var rowLength = (int)rows.shape[^1];
        if (rows.IsDouble())
        {
            new RankMask<double>(rowLength, probabilities, divide).Keep(rows.AsSpan<double>(), start, random);
        }
        else
        {
            new RankMask<float>(rowLength, probabilities, divide).Keep(rows.AsSpan<float>(), start, random);
        }
    }

    public IKeptEntries StartKeptEntries() => new CpuKeptEntries();

    public void Interpolate(
        torch.Tensor output, torch.Tensor anchor, double scale, IReadOnlyList<torch.Tensor> tensors, IReadOnlyList<double> weights)
    {
        if (output.IsDouble())
        {
            WeightedSums.Interpolate<double>(output, anchor, scale, tensors, weights);
        }
        else
        {
            WeightedSums.Interpolate<float>(output, anchor, scale, tensors, weights);
        }
    }

    public void AddWeighted(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, IReadOnlyList<double> weights)
    {
        if (output.IsDouble())
        {
            WeightedSums.Add<double>(output, anchor, deltas, weights);
        }
        else
        {
            WeightedSums.Add<float>(output, anchor, deltas, weights);
        }
    }

    public void AddElected(torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, SignElection election)
    {
        if (output.IsDouble())
        {
            ElectedSums.Add<double>(output, anchor, deltas, election);
        }
        else
        {
            ElectedSums.Add<float>(output, anchor, deltas, election);
        }
    }

    public void AddMoved(
        torch.Tensor output, torch.Tensor anchor, IReadOnlyList<torch.Tensor> deltas, double epsilon, IReadOnlyList<double> factors)
    {
        if (output.IsDouble())
        {
            MovedSums.Add<double>(output, anchor, deltas, epsilon, factors);
        }
        else
        {
            MovedSums.Add<float>(output, anchor, deltas, epsilon, factors);
        }
    }

    public void CountMoved(IReadOnlyList<torch.Tensor> deltas, double epsilon, long[] alone, long[] together)
    {
        if (deltas[0].IsDouble())
        {
            MovedSums.Count<double>(deltas, epsilon, alone, together);
        }
        else
        {
            MovedSums.Count<float>(deltas, epsilon, alone, together);
        }
    }

    private static MagnitudeSearch Search(long elements, params Func<long, long>[] counts) => new(
        values => SampleScan.IsWorthwhile(elements) && !values.IsDouble() ? SampleScan.Within(elements) : DigitScan.First(values.IsDouble()),
        NonZeros.Count,
        counts);

    private static MagnitudeSearch AfterSample(MagnitudeSearch search, long elements, bool isShareOfNonZeros) =>
        SampleScan.IsWorthwhile(elements) ? search.After(SampleScan.Of(elements), elements, isShareOfNonZeros) : search;
}
