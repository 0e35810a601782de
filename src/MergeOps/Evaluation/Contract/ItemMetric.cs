using MergeOps.Evaluation.Intervals;
using MergeOps.Evaluation.Scores;

namespace MergeOps.Evaluation.Contract;

/// <summary>A metric that is computed from the scores of items; over several tasks it is the mean of theirs.</summary>
internal abstract record ItemMetric : Metric
{
    /// <summary>Why a mean may have no interval.</summary>
    public const string NothingVaries = "the items do not vary, so the error of the figure cannot be estimated";

    /// <summary>Whether a larger value is the better one.</summary>
    public virtual bool HigherIsBetter => true;

    /// <summary>Whether it can be computed from what a kind of task or text tells of each item.</summary>
    public abstract bool AppliesTo(SubjectKind kind);

    /// <summary>The figure of one task or text: a model's, or its difference to the other one's.</summary>
    public abstract Part Of(ScoredSubject scored);

    /// <inheritdoc/>
    public sealed override bool? LargerIsBetter(ModelResult model, Figure figure) => HigherIsBetter;

    /// <inheritdoc/>
    public sealed override Measured Of(ScoredModels scored, ModelResult model, ModelResult? other, Figure figure)
    {
        if ((model.WhyNot is null ? other : model) is { WhyNot: not null } unscored)
        {
            return Measured.Missing(unscored.NotEvaluated);
        }

        var taken = scored.Subjects.Index().Where(subject => figure.IsMean ? subject.Item.Kind is TaskKind && AppliesTo(subject.Item.Kind) : subject.Item.Name == figure.Subject).ToList();
        if (taken.Count == 0)
        {
            return Measured.Missing("the recipe has no task");
        }

        if (new[] { model, other }.OfType<ModelResult>().SelectMany(known => taken.Where(subject => known.On(subject.Index) is null)
            .Select(subject => $"'{known.Name}' is not evaluated on '{subject.Item.Name}': {known.Lacks[subject.Index]}")).FirstOrDefault() is { } lack)
        {
            return Measured.Missing(lack);
        }

        var parts = taken.ConvertAll(subject => Of(Select(scored, model, other, subject.Index)));
        if (parts.Find(part => part.WhyNot is not null) is { WhyNot: { } whyNot })
        {
            return Measured.Missing(whyNot);
        }

        var sample = new SampleSize(taken.Sum(subject => subject.Item.Size.Items), taken.Sum(subject => subject.Item.Size.Groups), taken[0].Item.Kind.Unit);
        if (parts.FindIndex(part => part.Estimate is null) is >= 0 and var without)
        {
            return Measured.Of(
                parts.Average(part => part.Value), sample, (figure.IsMean ? $"of '{taken[without].Item.Name}' " : "") + parts[without].WhyNoInterval);
        }

        var (lowest, highest) = other is null ? Range : RangeBeside;
        var estimate = SquareAndAdd.Mean(parts.ConvertAll(part => part.Estimate!.Value));
        return Measured.Of(estimate with { Interval = estimate.Interval.Within(lowest, highest) }, sample);
    }

    /// <summary>That a model's loss on a task or text is no number, and so what is made of it.</summary>
    protected static Part NoFiniteLoss(ScoredSubject scored) => Part.Missing($"a model gives no finite loss on '{scored.Subject.Name}'");

    private static ScoredSubject Select(ScoredModels scored, ModelResult model, ModelResult? other, int index)
    {
        var subject = scored.Subjects[index];
        var expert = subject.Expert is null ? null : scored.Models.FirstOrDefault(known => known.Reference == subject.Expert);
        var counterpart = scored.Models.FirstOrDefault(known => known.Role == (model.Role == ModelRole.Merged ? ModelRole.Published : ModelRole.Merged));
        return new(subject, model.On(index)!, other?.On(index))
        {
            Counterpart = counterpart?.On(index),
            ExpertModel = expert,
            Expert = expert?.On(index),
        };
    }
}

/// <summary>The figure of one task or text; the estimate is null where there is no interval.</summary>
internal sealed record Part(double Value, Estimate? Estimate, string? WhyNot = null, string? WhyNoInterval = null)
{
    /// <summary>A figure with its interval.</summary>
    public Part(Estimate estimate)
        : this(estimate.Value, estimate)
    {
    }

    /// <summary>A figure without interval.</summary>
    public static Part Without(double value, string whyNoInterval) => new(value, null, WhyNoInterval: whyNoInterval);

    /// <summary>The difference of two models that give the same on every item, in numbers of which no two are the same by chance.</summary>
    public static Part Same => new(new Estimate(0, new(0, 0)));

    /// <summary>No figure.</summary>
    public static Part Missing(string whyNot) => new(double.NaN, null, whyNot);
}
