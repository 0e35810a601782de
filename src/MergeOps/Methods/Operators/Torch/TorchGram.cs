using TorchSharp;

namespace MergeOps.Methods.Operators.Torch;

/// <summary>Scalar products by torch, one running sum for each pair.</summary>
internal sealed class TorchGram(int vectors) : IGram
{
    private readonly TorchBlockSum[] sums = [.. Enumerable.Range(0, vectors * (vectors + 1) / 2).Select(_ => new TorchBlockSum())];

    public double this[int first, int second] => Sum(Math.Max(first, second), Math.Min(first, second)).Value;

    public void Add(IReadOnlyList<torch.Tensor> vectors)
    {
        var wide = vectors.Select(vector => vector.view(-1).to(torch.float64)).ToArray();
        for (var i = 0; i < wide.Length; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                Sum(i, j).Add(wide[i] * wide[j]);
            }
        }
    }

    private TorchBlockSum Sum(int larger, int smaller) => sums[(larger * (larger + 1) / 2) + smaller];
}
