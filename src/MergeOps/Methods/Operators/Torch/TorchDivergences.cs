using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary><see cref="IDivergences"/> in torch, whole tiles at a time, with temporaries.</summary>
internal sealed class TorchDivergences : IDivergences
{
    private const double SoftmaxFloor = 1e-8;

    public double[] RowDivergences(torch.Tensor first, torch.Tensor second)
    {
        var rowLength = first.shape[^1];
        var p = torch.nn.functional.softmax(first.view(-1, rowLength).to(torch.float64), 1).add(Scalars.Of(SoftmaxFloor), Scalars.One);
        var q = torch.nn.functional.softmax(second.view(-1, rowLength).to(torch.float64), 1).add(Scalars.Of(SoftmaxFloor), Scalars.One);
        return (p * (p / q).log()).sum(1).cpu().data<double>().ToArray();
    }
}
