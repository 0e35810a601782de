
namespace MergeOps.Methods.Operators;

/// <summary>Entries and quantiles by magnitude, over whole tensors.</summary>
public interface ISelections : IOperators
{
    /// <summary>Keeps elements by magnitude: leaves out the largest ones and takes those that follow.</summary>
    /// <param name="elements">The number of elements of the whole tensor.</param>
    /// <param name="skip">How many of the largest magnitudes to leave out.</param>
    /// <param name="keep">How many of those that follow to take.</param>
    IMagnitudeSelection StartSelection(long elements, long skip, long keep);

    /// <summary>Keeps the largest magnitudes, as many as a share of the elements that are not zero (rounded down).</summary>
    /// <param name="elements">The number of elements of the whole tensor.</param>
    /// <param name="share">From 0 to 1.</param>
    IMagnitudeSelection StartSelectionOfNonZeros(long elements, double share);

    /// <summary>Quantiles of the magnitudes: for q the element at index ⌊q (n − 1)⌋ in ascending order.</summary>
    /// <param name="elements">The number of elements n of the whole tensor.</param>
    /// <param name="shares">The values of q, from 0 to 1.</param>
    IMagnitudeQuantiles StartQuantiles(long elements, params double[] shares);
}
