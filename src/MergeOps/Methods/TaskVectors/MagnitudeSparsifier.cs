using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Keeps entries by their magnitude over the whole tensor, the lowest index first among equal ones.</summary>
internal sealed class MagnitudeSparsifier(IMagnitudeSelection selection, double density) : ISparsifier
{
    public double InverseDensity => 1 / density;

    public bool NeedsScan => selection.NeedsScan;

    /// <summary>Keeps the largest magnitudes, at least one.</summary>
    public static MagnitudeSparsifier KeepLargest(IOperators operators, long elements, double density) =>
        new(operators.StartSelection(skip: 0, keep: Math.Max(1, (long)(density * elements))), density);

    public void Observe(torch.Tensor delta) => selection.Count(delta);

    public void EndScan() => selection.EndScan();

    public void Rewind() => selection.Rewind();

    public void Drop(torch.Tensor delta, long start) => selection.Keep(delta);
}
