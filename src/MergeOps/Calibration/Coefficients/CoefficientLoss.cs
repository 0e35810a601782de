namespace MergeOps.Calibration.Coefficients;

/// <summary>What coefficients are learned by; smaller is better.</summary>
internal enum CoefficientLoss
{
    /// <summary>How unsure the merged model is: the entropy of what it predicts, for which the items need no answers.</summary>
    Entropy,

    /// <summary>The negative log-likelihood of what the items say.</summary>
    Likelihood,

    /// <summary>The squared distance between the gradient of that in the merged model and in the model of the task.</summary>
    GradientDistance,
}

/// <summary>A loss at a point, and how it changes with each number of the point.</summary>
/// <param name="Loss">The loss, the mean over the tasks.</param>
/// <param name="Gradient">Its derivative by each number.</param>
internal sealed record Slope(double Loss, System.Collections.Immutable.ImmutableArray<double> Gradient)
{
    /// <summary>Whether all of it are numbers.</summary>
    public bool IsFinite => double.IsFinite(Loss) && Gradient.All(double.IsFinite);
}
