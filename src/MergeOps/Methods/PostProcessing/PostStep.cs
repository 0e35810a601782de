using MergeOps.Methods.Contract;

namespace MergeOps.Methods.PostProcessing;

/// <summary>A post-processor as it is applied to one tensor.</summary>
/// <param name="Processor">The post-processor.</param>
/// <param name="Parameters">Its resolved parameters.</param>
/// <param name="Position">The layer's position, from 0 to 1.</param>
internal sealed record PostStep(PostProcessor Processor, ResolvedParameters Parameters, double Position)
{
    /// <summary>The tiles that it wants.</summary>
    public TileLayout Layout => Processor.LayoutFor(Parameters);
}
