using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>What is computed in float32 whatever the type of the arithmetic is computed in float64 where that is wider.</summary>
internal static class Precision
{
    /// <summary>The values in float32, or as they are where they are float64.</summary>
    public static Tensor AtLeastSingle(Tensor values) => values.dtype is ScalarType.Float64 ? values : values.to(ScalarType.Float32);
}
