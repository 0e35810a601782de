using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.External;
using MergeOps.Evaluation.Scores;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Planning;
using MergeOps.Search;
using MergeOps.Search.Contract;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Scores points by a command of the settings: each is written to a folder of its own, scored while the next one is written,
/// and deleted, so that two models lie on the disk at most. Tensors that the point before has too are copied, not made. Results
/// stay, so that a search that was killed goes on.
/// </summary>
/// <param name="context">What all points share.</param>
/// <param name="command">The command.</param>
/// <param name="folder">Where it runs; null for the current folder.</param>
/// <param name="wanted">What its results must hold.</param>
/// <param name="total">How many points may be scored.</param>
internal sealed class ScorePointsOutside(SearchContext context, ScoringCommand command, string? folder, ExternalMetric wanted, int total) : IPointScores
{
    private const int ShortDigest = 12;

    private readonly OutsideMemory memory = new(context.Work.Results, KnownDigests.Of(context.Environment));

    private int done;
    private string? last;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScoredPoint>> ScoreAsync(IReadOnlyList<ImmutableArray<double>> points)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        Task<ScoredPoint>? running = null;
        try
        {
            List<ScoredPoint> scored = [];
            foreach (var values in points)
            {
                var (plan, whyNot) = context.Plans.TryAt(values);
                var key = plan is null ? "" : memory.KeyOf(command, folder, plan.Digest);
                var known = plan is null ? null : Recall(key);
                var made = plan is null || known is not null ? null : await Task.Run(() => Make(plan, stop.Token), stop.Token);
                if (running is not null)
                {
                    scored.Add(await running);
                }

                Keep(made);
                running = plan is null ? Task.FromResult(new ScoredPoint(values, Measured.Missing(whyNot))) : ScoreAsync(values, known, () => RunAsync(plan, made!, key, stop.Token));
            }

            if (running is not null)
            {
                scored.Add(await running);
            }

            return scored;
        }
        catch
        {
            // no command may go on without this process
            await stop.CancelAsync();
            await (running?.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default) ?? Task.CompletedTask);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        DurableFolder.Remove(context.Work.Points);
    }

    // the last point is still there while its command runs; others are what a killed search left
    private string Make(MergePlan plan, CancellationToken cancellation)
    {
        var output = Path.Combine(context.Work.Points, plan.Digest[..ShortDigest]);
        DurableFolder.Create(context.Work.Points);
        foreach (var other in Directory.GetDirectories(context.Work.Points).Where(path => path != last && !Path.GetFileName(path).Contains(plan.Digest[..ShortDigest], StringComparison.Ordinal)))
        {
            DurableFolder.Remove(other);
        }

        Advance($"writes point {plan.Digest[..ShortDigest]}");
        var options = context.Engine with { Output = output, Earlier = last is not null && EarlierOutput.Find(last) is { } made ? [made] : [] };
        return MergeEngine.Run(plan, options, progress: null, cancellation).Folder;
    }

    private void Keep(string? made)
    {
        if (made is not null && last is not null && last != made)
        {
            DurableFolder.Remove(last);
        }

        last = made ?? last;
    }

    private async Task<ScoredPoint> ScoreAsync(ImmutableArray<double> values, Measured? known, Func<Task<Measured>> run)
    {
        if (known is null)
        {
            Advance($"scores {ScorePointsHere.Words(values)}");
            known = await run();
        }

        done++;
        Advance($"scored {ScorePointsHere.Words(values)}");
        return new(values, known);
    }

    private async Task<Measured> RunAsync(MergePlan plan, string model, string key, CancellationToken cancellation)
    {
        var output = Path.Combine(context.Work.Scoring, plan.Digest[..ShortDigest]);
        // what a killed search left must not pass for new results
        DurableFolder.Remove(output);

        DurableFolder.Create(output);
        var written = await new ScoringRun(context.Environment, context.Observer.Reported, cancellation).RunAsync(command, folder, model, plan.Name, output);
        DiagnosticBag found = [];
        var score = ResultsFile.Read(written, found)?.Find(wanted).Figure
            ?? throw new MergeOpsException(found.First(finding => finding.Severity is Severity.Error));
        if (score.Exists)
        {
            memory.Remember(key, written);
        }

        DurableFolder.Remove(output);
        return score;
    }

    // what is damaged, or has another metric only, is measured again
    private Measured? Recall(string key) =>
        memory.Find(key) is { } results && ResultsFile.Read(results, [])?.Find(wanted).Figure is { Exists: true } known ? known : null;

    private void Advance(string part) => context.Observer.Advanced(Stage.Search, part, new Work(done, total, WorkUnit.Items));
}
