using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Finds cuts between the magnitudes of a tensor, exactly and without sorting.</summary>
/// <param name="start">The first scan, chosen by a tile of the tensor.</param>
/// <param name="countNonZeros">Counts the elements of a tile that are not zero.</param>
/// <param name="counts">How many of the largest magnitudes lie above each cut, given how many elements are not zero.</param>
internal sealed class MagnitudeSearch(
    Func<torch.Tensor, IMagnitudeScan> start, Func<torch.Tensor, long> countNonZeros, params Func<long, long>[] counts)
{
    private IMagnitudeScan? scan;
    private long nonZeros;
    private bool isStarted;

    /// <summary>The cuts, in the order of their counts.</summary>
    public IReadOnlyList<MagnitudeCut> Cuts { get; } = Array.ConvertAll(counts, _ => new MagnitudeCut());

    /// <summary>Whether another scan is needed.</summary>
    public bool NeedsScan => !isStarted || scan is not null;

    /// <summary>Counts one tile of the current scan.</summary>
    public void Count(torch.Tensor values)
    {
        scan ??= start(values);
        scan.Count(values);
        if (!isStarted)
        {
            nonZeros += countNonZeros(values);
        }
    }

    /// <summary>Ends the current scan.</summary>
    public void EndScan()
    {
        if (!isStarted)
        {
            PlaceWithoutSearch();
        }

        var open = Cuts.Where(IsOpen).ToArray();
        scan = open.Length == 0 ? null : scan?.Finish(open);
    }

    private bool IsOpen(MagnitudeCut cut) => cut.Count > 0 && cut.Count < nonZeros;

    /// <summary>Zeros need not be told apart, so a cut among them may lie below all.</summary>
    private void PlaceWithoutSearch()
    {
        isStarted = true;
        for (var i = 0; i < Cuts.Count; i++)
        {
            Cuts[i].Start(counts[i](nonZeros));
            if (!IsOpen(Cuts[i]))
            {
                Cuts[i].Place(Cuts[i].Count <= 0 ? long.MaxValue : -1, 0);
            }
        }
    }
}
