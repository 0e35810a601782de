using MergeOps.Evaluation.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Tests.Evaluation;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

/// <summary>Two models on two tasks of 20 items and a text of 24 blocks: 128 items.</summary>
public sealed class EvaluationProgressTests
{
    private readonly Observer observer = new();
    private readonly EvaluationProgress progress;

    public EvaluationProgressTests() => progress = new(observer, SmallEvaluation.Data, models: 2);

    [Fact]
    public void A_task_advances_while_it_is_scored_and_never_goes_back()
    {
        Tell("base", "sums", 20, 0, 0.5, 0.25, 1);
        Tell("base", "reversal", 20, 0);

        Assert.Equal([(0, 128), (10, 128), (10, 128), (20, 128), (20, 128)], observer.Told);
        Assert.Equal("base on reversal", observer.Part);
    }

    [Fact]
    public void What_is_remembered_is_no_work()
    {
        progress.Report(new("base", "sums", 20, Remembered: true));
        Tell("base", "reversal", 20, 0, 1);
        progress.Report(new("base", "prose", 24, Remembered: true));
        Tell("small", "sums", 20, 0);

        Assert.Equal((20, 84), observer.Told[^1]);
        Assert.Equal(StageEnd.Done, progress.End);
    }

    [Fact]
    public void Where_everything_is_remembered_nothing_was_done()
    {
        progress.Report(new("base", "sums", 20, Remembered: true));

        Assert.Equal(StageEnd.AlreadyTrue, progress.End);
    }

    private void Tell(string model, string subject, int items, params double[] shares)
    {
        foreach (var share in shares)
        {
            progress.Report(new EvaluationStep(model, subject, items, Remembered: false) { Share = share });
        }
    }

    private sealed class Observer : IStageObserver
    {
        public List<(long Done, long Total)> Told { get; } = [];

        public string Part { get; private set; } = "";

        public void Started(Stage stage) => throw new NotSupportedException();

        public void Advanced(Stage stage, string part, Work work)
        {
            Told.Add((work.Done, work.Total));
            Part = part;
        }

        public void Reported(string line) => throw new NotSupportedException();

        public void Finished(Stage stage, StageEnd end, string summary) => throw new NotSupportedException();
    }
}
