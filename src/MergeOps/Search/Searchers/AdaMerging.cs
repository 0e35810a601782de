using MergeOps.Calibration.Coefficients;
using MergeOps.Search.Descent;

namespace MergeOps.Search.Searchers;

/// <summary>Coefficients that make the merged model sure of what it says on items without answers: arXiv 2310.02575.</summary>
internal sealed class AdaMerging : DescentSearcher
{
    /// <inheritdoc/>
    public override string Name => "adamerging";

    /// <inheritdoc/>
    public override string Summary => "coefficients by the entropy of the merged model's predictions on items without answers";

    /// <inheritdoc/>
    public override CoefficientLoss? Learns => CoefficientLoss.Entropy;
}
