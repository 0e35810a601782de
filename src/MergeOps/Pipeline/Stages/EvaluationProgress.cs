using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scoring;

namespace MergeOps.Pipeline.Stages;

/// <summary>Turns the steps of an evaluation, each told before its work, into items done of all items.</summary>
internal sealed class EvaluationProgress(IStageObserver observer, EvaluationData data, int models) : IProgress<EvaluationStep>
{
    private readonly long total = models * data.Subjects.Sum(subject => (long)subject.Items.Length);
    private long done;
    private int now;
    private bool anyScored;

    /// <summary>Whether anything had to be scored.</summary>
    public StageEnd End => anyScored || total == 0 ? StageEnd.Done : StageEnd.AlreadyTrue;

    /// <inheritdoc/>
    public void Report(EvaluationStep step)
    {
        done += now;
        now = step.Items;
        anyScored |= !step.Remembered;
        observer.Advanced(Stage.Evaluate, $"{step.Model} on {step.Subject}", new Work(done, total, WorkUnit.Items));
    }
}
