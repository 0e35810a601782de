using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>
/// The operators that have two implementations, a SIMD loop over the pooled CPU tile and torch on other devices,
/// held equal by a test. Reductions accumulate in float64 over blocks of a fixed size counted from the start of the
/// tensor, so that tile size and threads never change a bit.
/// </summary>
public interface IOperators
{
    /// <summary>A running float64 sum of products over a tensor; feed it the tiles of a scan in order.</summary>
    IBlockSum StartDot();

    /// <summary>The exact k-th largest magnitude by histograms over the float bits; feed it the tiles of several scans.</summary>
    /// <param name="keep">How many of the largest magnitudes to keep, at least 1.</param>
    IMagnitudeSelection StartSelection(long keep);
}

/// <summary>A running sum over a tensor.</summary>
public interface IBlockSum
{
    /// <summary>Adds Σ a·b of one tile.</summary>
    void Add(torch.Tensor a, torch.Tensor b);

    /// <summary>The sum so far.</summary>
    double Value { get; }
}

/// <summary>Selects the largest magnitudes of a tensor exactly; among equal magnitudes the lowest index wins.</summary>
public interface IMagnitudeSelection
{
    /// <summary>Whether another scan is needed before <see cref="Keep"/>.</summary>
    bool NeedsScan { get; }

    /// <summary>Counts one tile of the current scan.</summary>
    void Count(torch.Tensor values);

    /// <summary>Ends the current scan.</summary>
    void EndScan();

    /// <summary>Sets every element that is not selected to zero, in place; tiles must come in ascending order.</summary>
    void Keep(torch.Tensor values);
}
