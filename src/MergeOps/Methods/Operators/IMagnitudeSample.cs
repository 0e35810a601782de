using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>A look at a part of a tensor that tells where the search for cuts should begin.</summary>
internal interface IMagnitudeSample
{
    /// <summary>Counts one tile of the part.</summary>
    void Count(torch.Tensor values);

    /// <summary>About which share of the elements is not zero, in [0, 1].</summary>
    double NonZeros { get; }

    /// <summary>The scan that finds the cuts if the part is like the whole; a part that is not costs more scans and nothing else.</summary>
    /// <returns>Null where the part tells too little.</returns>
    IMagnitudeScan? Narrow(IReadOnlyList<MagnitudeCut> cuts);
}
