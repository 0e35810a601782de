using MergeOps.Evaluation.Intervals;

namespace MergeOps.Evaluation.Contract;

/// <summary>Means over items of which some are related.</summary>
internal static class GroupMeans
{
    /// <summary>How their intervals come about.</summary>
    public const string Interval = "of a mean, by groups: the wider of Student's t and the studentized bootstrap";

    /// <summary>The mean of what each item gives.</summary>
    /// <param name="subject">The items.</param>
    /// <param name="ofItem">What an item gives.</param>
    /// <param name="whyNoInterval">What is said where nothing varies.</param>
    public static Part Of(Subject subject, Func<int, double> ofItem, string whyNoInterval)
    {
        var mean = new RatioOfSums(subject.Groups.Sums(ofItem), subject.Groups.Sums(_ => 1));
        return !double.IsFinite(mean.Value) ? Part.Missing($"a model gives vectors on '{subject.Name}' that are not finite numbers")
            : mean.Less(null) is { } estimate ? new(estimate)
            : Part.Without(mean.Value, whyNoInterval);
    }
}
