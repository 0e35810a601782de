using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>The running sum of the magnitudes of a vector (its L1 norm); feed it the tiles of a scan in ascending order.</summary>
public interface IMagnitudeSum
{
    /// <summary>The sum so far.</summary>
    double Value { get; }

    /// <summary>Adds one tile.</summary>
    void Add(torch.Tensor values);
}
