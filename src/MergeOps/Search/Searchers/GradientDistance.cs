using MergeOps.Calibration.Coefficients;
using MergeOps.Search.Descent;

namespace MergeOps.Search.Searchers;

/// <summary>Coefficients with which the merged model's gradient on each task is the one that the task's own model has.</summary>
internal sealed class GradientDistance : DescentSearcher
{
    /// <inheritdoc/>
    public override string Name => "gradient";

    /// <inheritdoc/>
    public override string Summary => "coefficients by the distance between the merged model's gradients and those of each model on its own task";

    /// <inheritdoc/>
    public override CoefficientLoss? Learns => CoefficientLoss.GradientDistance;
}
