using System.Collections.Immutable;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Figures;

/// <summary>Figures of one task or of the mean over all of them: of a model, or of a model less another one.</summary>
internal sealed class TaskFigures(EvaluationData data, ImmutableArray<ModelResult> models)
{
    /// <summary>Why a mean may have no interval.</summary>
    public const string NothingVaries = "nothing varies, so nothing tells how far the figure may be off";

    /// <summary>The figure of models that are evaluated.</summary>
    public Measured Of(ModelResult model, ModelResult? other, Metric metric)
    {
        var indices = Enumerable.Range(0, data.Tasks.Length)
            .Where(task => metric.Subject == Metric.Mean || data.Tasks[task].Name == metric.Subject)
            .ToList();
        if (indices.Count == 0)
        {
            return Measured.Missing("the recipe has no task");
        }

        var parts = indices.ConvertAll(task => metric.Kind switch
        {
            MetricKind.Accuracy => Accuracy(task, model, other),
            MetricKind.Loss => Loss(task, model, other),
            _ => ExpertShare(task, model, other),
        });
        if (parts.Find(part => part.WhyNot is not null) is { WhyNot: { } whyNot })
        {
            return Measured.Missing(whyNot);
        }

        var sample = new SampleSize(indices.Sum(task => (long)data.Tasks[task].Items.Length), indices.Sum(task => (long)data.Tasks[task].Groups.Count));
        if (parts.Find(part => part.Estimate is null) is { WhyNoInterval: { } whyNoInterval })
        {
            return Measured.Of(parts.Average(part => part.Value), sample, whyNoInterval);
        }

        var (lowest, highest) = metric.Range;
        var estimate = SquareAndAdd.Mean(parts.ConvertAll(part => part.Estimate!.Value));
        return Measured.Of(
            estimate with { Interval = other is null ? estimate.Interval.Within(lowest, highest) : estimate.Interval.Within(lowest - highest, highest - lowest) },
            sample);
    }

    private static Part Accuracy(int task, ModelResult model, ModelResult? other)
    {
        var scores = model.Tasks[task];
        return new(other is null
            ? Proportions.Share(scores.Right, scores.Groups)
            : Proportions.Difference(scores.Right, other.Tasks[task].Right, scores.Groups));
    }

    private static Part Loss(int task, ModelResult model, ModelResult? other)
    {
        var (loss, than) = (model.Tasks[task].Loss, other?.Tasks[task].Loss);
        return loss.Less(than) is { } estimate
            ? new(estimate)
            : new(loss.Value - (than?.Value ?? 0), null, WhyNoInterval: $"of '{model.Tasks[task].Task}' {NothingVaries}");
    }

    // the expert's own accuracy is an estimate too, on the same items: the share is 1 + (accuracy - the expert's) / the expert's
    private Part ExpertShare(int task, ModelResult model, ModelResult? other)
    {
        var name = data.Tasks[task].Name;
        if (models.FirstOrDefault(known => known.Reference is not null && known.Reference == data.Tasks[task].Expert) is not { } expert)
        {
            return Part.Missing($"the task '{name}' has no expert among the models");
        }

        if (expert.WhyNot is not null || expert.Tasks[task].Correct == 0)
        {
            return Part.Missing(expert.WhyNot is not null ? expert.NotEvaluated : $"the expert '{expert.Name}' answers nothing on '{name}'");
        }

        var (than, whole) = other is null ? (expert, 1) : (other, 0);
        if (ReferenceEquals(model, than))
        {
            return new(new Estimate(whole, new(whole, whole)));
        }

        var (right, others, experts) = (model.Tasks[task].Right, than.Tasks[task].Right, expert.Tasks[task]);
        var difference = Proportions.Difference(right, others, experts.Groups);
        var accuracy = Proportions.Share(experts.Right, experts.Groups);
        return SquareAndAdd.Ratio(difference, accuracy, Correlation(right, others, experts.Right)) is { } ratio
            ? new(ratio with { Value = whole + ratio.Value, Interval = new(whole + ratio.Interval.Lower, whole + ratio.Interval.Upper) })
            : new(whole + (difference.Value / accuracy.Value), null, WhyNoInterval: $"the expert '{expert.Name}' answers too little on '{name}' to measure by");
    }

    // of the difference of two answers with the expert's
    private static double Correlation(bool[] right, bool[] others, bool[] experts)
    {
        double count = right.Length;
        var (sum, squares, answers, both) = (0.0, 0.0, 0.0, 0.0);
        for (var item = 0; item < right.Length; item++)
        {
            var difference = (right[item] ? 1 : 0) - (others[item] ? 1 : 0);
            sum += difference;
            squares += difference * difference;
            answers += experts[item] ? 1 : 0;
            both += experts[item] ? difference : 0;
        }

        var variances = (squares - (sum * sum / count)) * (answers - (answers * answers / count));
        return variances <= 0 ? 0 : Math.Clamp((both - (sum * answers / count)) / Math.Sqrt(variances), -1, 1);
    }

    /// <summary>The figure of one task; the estimate is null where there is no interval.</summary>
    private sealed record Part(double Value, Estimate? Estimate, string? WhyNot = null, string? WhyNoInterval = null)
    {
        public Part(Estimate estimate)
            : this(estimate.Value, estimate)
        {
        }

        public static Part Missing(string whyNot) => new(double.NaN, null, whyNot);
    }
}
