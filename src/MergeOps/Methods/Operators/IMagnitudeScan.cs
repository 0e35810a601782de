using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>One reading of a tensor in the search for cuts.</summary>
internal interface IMagnitudeScan
{
    /// <summary>Counts one tile.</summary>
    void Count(torch.Tensor values);

    /// <summary>Narrows the cuts down.</summary>
    /// <returns>The scan that must follow, or null when every cut is found.</returns>
    IMagnitudeScan? Finish(IReadOnlyList<MagnitudeCut> cuts);
}
