using TorchSharp;

namespace MergeOps.Methods.Operators;

/// <summary>Quantiles of the magnitudes of a tensor, exactly, in a few scans and without a sort.</summary>
public interface IMagnitudeQuantiles
{
    /// <summary>Whether another scan is needed before the values are known.</summary>
    bool NeedsScan { get; }

    /// <summary>The values, in the order in which they were asked for.</summary>
    IReadOnlyList<double> Values { get; }

    /// <summary>Counts one tile of the current scan.</summary>
    void Count(torch.Tensor values);

    /// <summary>Ends the current scan.</summary>
    void EndScan();
}
