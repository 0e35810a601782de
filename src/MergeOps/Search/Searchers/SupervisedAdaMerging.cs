using MergeOps.Calibration.Coefficients;
using MergeOps.Search.Descent;

namespace MergeOps.Search.Searchers;

/// <summary>Coefficients that make what the items say likely in the merged model.</summary>
internal sealed class SupervisedAdaMerging : DescentSearcher
{
    /// <inheritdoc/>
    public override string Name => "adamerging_supervised";

    /// <inheritdoc/>
    public override string Summary => "coefficients by the merged model's loss on items with answers";

    /// <inheritdoc/>
    public override CoefficientLoss? Learns => CoefficientLoss.Likelihood;
}
