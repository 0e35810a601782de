using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation.Contract;

/// <summary>How models are scored on one kind of data, and what that tells of each item.</summary>
internal abstract class SubjectKind
{
    /// <summary>The kind's name in recipes and where scores are remembered.</summary>
    public abstract string Name { get; }

    /// <summary>What an item is called.</summary>
    public virtual string Unit => "item";

    /// <summary>What a model is opened as to be scored.</summary>
    public abstract ModelUse Use { get; }

    /// <summary>What scoring tells of each item.</summary>
    public abstract ImmutableArray<ScoreColumn> Columns { get; }

    /// <summary>What is known of each item without a model.</summary>
    public virtual ImmutableArray<ScoreColumn> Sizes => [];

    /// <summary>The metrics that this kind is measured by first; the one that charts and comparisons show stands first of all.</summary>
    public abstract ImmutableArray<Metric> Metrics { get; }

    /// <summary>Whether scoring gives each item a vector.</summary>
    public virtual bool GivesVectors => false;

    /// <summary>The flag that says of an item whether it is answered; null where nothing is.</summary>
    public virtual ScoreColumn? Answers => null;

    /// <summary>What a data file's scores are remembered under; the same file may be of another kind and scores otherwise then.</summary>
    /// <param name="digest">SHA-256 of the file.</param>
    public virtual string KeyOf(string digest) => $"{Name}:{digest}";

    /// <summary>Why a model that is opened cannot be asked as the task says, to end the sentence « not evaluated: … »; null when it can.</summary>
    public virtual string? WhyNot(IScoredModel model) => null;

    /// <summary>Scores every item of a model that is opened as <see cref="Use"/> says; the rows hold <see cref="Columns"/>.</summary>
    public abstract ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation);

    /// <summary>An item as a report shows it among its examples; null where it shows none.</summary>
    public virtual ShownItem? Show(TaskItem item) => null;

    /// <summary>What users of the published version should know of the merged model; null when nothing.</summary>
    /// <param name="subject">The task.</param>
    /// <param name="merged">The merged model's scores on it.</param>
    /// <param name="published">The published version's.</param>
    public virtual Diagnostic? RemarkOn(Subject subject, ItemScores merged, ItemScores published) => null;

    /// <summary>An item's <see cref="Sizes"/>.</summary>
    public virtual double[] SizesOf(TaskItem item) => [];

    /// <summary>The loss of a prediction as its columns hold it: what is not a number counts as infinitely bad.</summary>
    protected static double LossOf(ContinuationScore score) =>
        double.IsFinite(score.LogLikelihood) ? -score.LogLikelihood : double.PositiveInfinity;
}
