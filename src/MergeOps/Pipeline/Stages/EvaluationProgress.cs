using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scoring;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Turns the steps of an evaluation, each told before its work and while it goes on, into items done of all items. What need
/// not be scored is no work: it would make the rest seem faster than it is.
/// </summary>
internal sealed class EvaluationProgress(IStageObserver observer, EvaluationData data, int models) : IProgress<EvaluationStep>
{
    private readonly bool isEmpty = models == 0 || data.Subjects.All(subject => subject.Items.IsEmpty);
    private long total = models * data.Subjects.Sum(subject => (long)subject.Items.Length);
    private long done;
    private int now;
    private double share;
    private bool anyScored;

    /// <summary>Whether anything had to be scored.</summary>
    public StageEnd End => anyScored || isEmpty ? StageEnd.Done : StageEnd.AlreadyTrue;

    /// <inheritdoc/>
    public void Report(EvaluationStep step)
    {
        if (step.Share == 0)
        {
            done += now;
            (now, share) = (step.Remembered ? 0 : step.Items, 0);
            total -= step.Remembered ? step.Items : 0;
        }

        anyScored |= !step.Remembered;
        // a task that asks a model several times begins anew
        share = Math.Max(share, Math.Clamp(step.Share, 0, 1));
        observer.Advanced(Stage.Evaluate, $"{step.Model} on {step.Subject}", new Work(done + (long)(share * now), total, WorkUnit.Items));
    }
}
