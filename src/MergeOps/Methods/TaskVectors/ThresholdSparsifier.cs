using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Keeps the entries whose magnitude reaches a bound that is known before.</summary>
/// <param name="threshold">The bound; entries that equal it are kept.</param>
/// <param name="density">The share of the entries that it was chosen for.</param>
internal sealed class ThresholdSparsifier(double threshold, double density) : ISparsifier
{
    public double InverseDensity => density > 0 ? 1 / density : 1;

    public bool NeedsScan => false;

    public bool NeedsSample => false;

    public void Observe(torch.Tensor delta) => throw new InvalidOperationException("the bound is known");

    public void EndScan() => throw new InvalidOperationException("the bound is known");

    public void Rewind()
    {
        // each entry is judged by itself
    }

    public void Drop(torch.Tensor delta, long start) => delta.mul_(delta.abs().ge(Scalars.Of(threshold)));
}
