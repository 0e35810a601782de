using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>Keeps entries by their magnitude over the whole tensor, the lowest index first among equal ones.</summary>
internal sealed class MagnitudeSparsifier(IMagnitudeSelection selection, double density) : ISparsifier
{
    /// <summary>The share of outliers that breadcrumbs cuts off.</summary>
    public static NumberParameter Gamma { get; } = new(
        "gamma", ParameterScope.Model, 0.01, "The share of the task vector's entries, the largest ones, that is dropped")
    {
        Min = 0,
        Max = 1,
    };

    /// <summary>What a density of 0 keeps of a task vector, for a warning.</summary>
    public const string KeptOfNothing = "one entry of each tensor is kept, the least that the method keeps";

    public double InverseDensity => density > 0 ? 1 / density : 1;

    public bool NeedsScan => selection.NeedsScan;

    public bool NeedsSample => selection.NeedsSample;

    /// <summary>Keeps the largest magnitudes, at least one.</summary>
    public static MagnitudeSparsifier KeepLargest(ISelections selections, long elements, double density) =>
        new(selections.StartSelection(elements, skip: 0, Kept(elements, density)), density);

    /// <summary>
    /// Drops the largest magnitudes (a share of gamma) and keeps those that follow; where both together are more than
    /// all, fewer of the largest are dropped.
    /// </summary>
    public static MagnitudeSparsifier WithoutOutliers(ISelections selections, long elements, double density, double gamma)
    {
        var keep = Kept(elements, density);
        var skip = Math.Min((long)(gamma * elements), elements - keep);
        return new(selections.StartSelection(elements, skip, keep), density);
    }

    public void Observe(torch.Tensor delta) => selection.Count(delta);

    public void EndScan() => selection.EndScan();

    public void Rewind() => selection.Rewind();

    public void Drop(torch.Tensor delta, long start) => selection.Keep(delta);

    private static long Kept(long elements, double density) => Math.Max(1, (long)(density * elements));
}
