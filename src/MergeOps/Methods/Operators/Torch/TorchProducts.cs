using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IProducts"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchProducts : IProducts
{
    public IGram StartGram(int vectors) => new TorchGram(vectors);

    public IMagnitudeSum StartMagnitudeSum() => new TorchMagnitudeSum();

    public double[] RowProducts(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = first.shape[^1];
        return TorchBlockSum.OfRows(first.view(-1, rowLength).to(torch.float64) * second.view(-1, rowLength).to(torch.float64));
    }

    public void AddColumnProducts(torch.Tensor first, torch.Tensor second, long start, double[] sums)
    {
        var products = (first.view(-1).to(torch.float64) * second.view(-1).to(torch.float64)).cpu().data<double>();
        for (var i = 0L; i < products.Count; i++)
        {
            sums[(start + i) % sums.Length] += products[i];
        }
    }
}
