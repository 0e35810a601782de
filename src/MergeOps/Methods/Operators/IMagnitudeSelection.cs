using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>
/// Selects entries of a tensor by their magnitude, exactly, in a few scans and without a sort: magnitudes are compared by
/// the bits of the number, and among equal ones the lowest index counts as the larger.
/// </summary>
public interface IMagnitudeSelection
{
    /// <summary>Whether another scan is needed before <see cref="Keep"/>.</summary>
    bool NeedsScan { get; }

    /// <summary>Whether the coming scan may be a sample of the tensor.</summary>
    bool NeedsSample { get; }

    /// <summary>Whether nothing is selected; known after the scans.</summary>
    bool IsEmpty { get; }

    /// <summary>Counts one tile of the current scan.</summary>
    void Count(torch.Tensor values);

    /// <summary>Ends the current scan.</summary>
    void EndScan();

    /// <summary>Starts a pass of <see cref="Keep"/> over the tensor; the first one needs no call.</summary>
    void Rewind();

    /// <summary>Sets every element that is not selected to zero, in place; the tiles of a pass come in ascending order.</summary>
    void Keep(torch.Tensor values);
}
