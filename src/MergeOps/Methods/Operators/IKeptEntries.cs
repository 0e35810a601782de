using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>
/// Remembers which elements of a tensor are not zero, one bit for each, so that what was expensive to decide is decided
/// once. The two passes see the same tiles in ascending order.
/// </summary>
public interface IKeptEntries
{
    /// <summary>Notes the elements of the next tile that are not zero.</summary>
    void Note(torch.Tensor values);

    /// <summary>Sets those elements of the next tile to zero, in place, that were zero when they were noted, and forgets them.</summary>
    void Drop(torch.Tensor values);
}
