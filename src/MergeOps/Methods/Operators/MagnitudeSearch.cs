using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Finds cuts between the magnitudes of a tensor, exactly and without sorting.</summary>
/// <param name="start">The first scan, chosen by a tile of the tensor.</param>
/// <param name="countNonZeros">Counts the elements of a tile that are not zero.</param>
/// <param name="counts">How many of the largest magnitudes lie above each cut, given how many elements are not zero.</param>
internal sealed class MagnitudeSearch(
    Func<torch.Tensor, IMagnitudeScan> start, Func<torch.Tensor, long> countNonZeros, params Func<long, long>[] counts)
{
    private IMagnitudeSample? sample;
    private IMagnitudeScan? scan;
    private long elements;
    private bool needsNonZeros;
    private long nonZeros;
    private bool isStarted;

    /// <summary>The cuts, in the order of their counts.</summary>
    public IReadOnlyList<MagnitudeCut> Cuts { get; } = Array.ConvertAll(counts, _ => new MagnitudeCut());

    /// <summary>Whether another scan is needed.</summary>
    public bool NeedsScan => !isStarted || scan is not null;

    /// <summary>Whether the coming scan may leave out most of the tensor.</summary>
    public bool NeedsSample => sample is not null;

    /// <summary>Lets the search begin with a sample.</summary>
    /// <param name="first">The sample.</param>
    /// <param name="length">The number of elements of the whole tensor.</param>
    /// <param name="isShareOfNonZeros">Whether the counts hang on how many elements are not zero.</param>
    public MagnitudeSearch After(IMagnitudeSample first, long length, bool isShareOfNonZeros)
    {
        (sample, elements, needsNonZeros) = (first, length, isShareOfNonZeros);
        return this;
    }

    /// <summary>Counts one tile of the current scan.</summary>
    public void Count(torch.Tensor values)
    {
        if (sample is not null)
        {
            sample.Count(values);
            return;
        }

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
        if (sample is not null)
        {
            EndSample(sample);
            return;
        }

        if (!isStarted)
        {
            PlaceWithoutSearch();
        }

        var open = Cuts.Where(IsOpen).ToArray();
        scan = open.Length == 0 ? null : scan?.Finish(open);
    }

    private void EndSample(IMagnitudeSample taken)
    {
        // where nobody needs to know the zeros they are told apart like all others
        (sample, nonZeros) = (null, needsNonZeros ? (long)(taken.NonZeros * elements) : elements);
        PlaceWithoutSearch();
        var open = Cuts.Where(IsOpen).ToArray();
        scan = open.Length == 0 ? null : taken.Narrow(open);
        if (needsNonZeros || (open.Length > 0 && scan is null))
        {
            (isStarted, nonZeros) = (false, 0);
        }
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
