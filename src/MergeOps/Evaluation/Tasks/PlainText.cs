using System.Collections.Immutable;
using System.Text;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Metrics;
using MergeOps.Evaluation.Scores;
using MergeOps.Models;

namespace MergeOps.Evaluation.Tasks;

/// <summary>A piece of a text, which is one observation of its loss.</summary>
/// <param name="Text">Not empty.</param>
internal sealed record TextBlock(string Text) : TaskItem(Group: null);

/// <summary>A text outside the tasks' domain, whose loss shows what a merge forgot: what stands under <c>texts</c>.</summary>
internal sealed class PlainText : SubjectKind
{
    /// <summary>The only one.</summary>
    public static PlainText Instance { get; } = new();

    /// <inheritdoc/>
    public override string Name => "text";

    /// <inheritdoc/>
    public override string Unit => "block";

    /// <inheritdoc/>
    public override ModelUse Use => ModelUse.Language;

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Columns { get; } = [ScoreColumn.Correct, ScoreColumn.Loss, ScoreColumn.Tokens];

    /// <inheritdoc/>
    public override ImmutableArray<ScoreColumn> Sizes { get; } = [ScoreColumn.Bytes];

    /// <inheritdoc/>
    public override ImmutableArray<Metric> Metrics { get; } = [new Loss()];

    /// <inheritdoc/>
    public override ItemScores Score(IScoredModel model, ImmutableArray<TaskItem> items, CancellationToken cancellation) => ItemScores.Of(
        Columns,
        [
            .. ((ILanguageModel)model).ScoreText([.. items.Select(item => ((TextBlock)item).Text)], cancellation)
                .Select(score => new double[] { double.IsFinite(score.LogLikelihood) && score.IsGreedy ? 1 : 0, LossOf(score), score.Tokens }),
        ]);

    /// <inheritdoc/>
    public override double[] SizesOf(TaskItem item) => [Encoding.UTF8.GetByteCount(((TextBlock)item).Text)];
}
