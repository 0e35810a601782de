using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>Publishes a merged folder as what a recipe makes, if it is that and if it passes.</summary>
internal static class PublishRecipe
{
    /// <summary>Evaluates (remembered scores cost nothing) and publishes; null when something says no.</summary>
    /// <param name="environment">Variables, folders and the time.</param>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="merged">The merged model.</param>
    /// <param name="to">Overrides the recipe's publish target.</param>
    /// <param name="dryRun">Whether to change nothing.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="observer">Hears of the stages.</param>
    /// <param name="cancellation">Stops; nothing is published then.</param>
    /// <param name="device">Where forward passes compute.</param>
    /// <exception cref="MergeOpsException">The model is another plan's, the version is taken, or the disk does not allow it.</exception>
    public static async Task<(Publication? Publication, DiagnosticBag Found)> RunAsync(
        HostEnvironment environment,
        string recipePath,
        string merged,
        string? to,
        bool dryRun,
        ExternalScoring? scoring,
        IStageObserver observer,
        CancellationToken cancellation,
        string device = "auto")
    {
        var (planned, found) = PlanMerge.Run(environment, recipePath);
        if (planned is null)
        {
            return (null, found);
        }

        RequirePlan(planned, merged);
        planned.TellMissingLock(observer);
        await PolicyCheck.RunAsync(environment, scoring, planned, observer.Reported, found, cancellation);
        if (found.HasErrors)
        {
            return (null, found);
        }

        // a key that cannot sign is told before anything is scored
        ModelSigner.Require(environment, scoring, planned.Recipe, found);
        if (await new FetchData(environment, observer, found, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return (null, found);
        }

        planned = planned with { Data = data };
        var target = TargetKind.Require(planned.Recipe, to, "--to");
        found.AddAll(DerivedPlace.LeftOut(planned.Recipe, target));
        using var turn = await TargetTurn.TakeAsync(environment, dryRun ? null : target, observer.Reported, cancellation);
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var publish = new PublishWithDerived(environment, target, scoring, new DeriveFiles(environment, scoring, observer, found, cancellation), observer, cancellation);
        if (!dryRun && !await publish.CanDeriveAsync(planned))
        {
            return (null, found);
        }

        var baseline = new PublishedBaseline(environment, planned.Recipe, target, observer, cancellation);
        if (await new EvaluateModel(environment, planned, baseline, scoring, observer, cancellation, device).RunAsync(merged, work, found) is not { } report || found.HasErrors)
        {
            return (null, found);
        }

        work.DropScored();
        work.Write(report);
        var content = EvaluationFiles.ContentOf(planned, merged, work.Evaluation);
        var publication = dryRun
            ? await PublishModel.RunAsync(environment, content, target, dryRun, scoring, observer, cancellation)
            : await publish.RunAsync(content, () => Task.FromResult(merged), work.Derived);
        found.AddAll(publication?.Notes ?? []);
        return (dryRun && publication!.Steps is [_, ..] steps ? publication with { Steps = [.. steps, .. PublishWithDerived.Steps(planned.Recipe, target)] } : publication, found);
    }

    private static void RequirePlan(PlannedRecipe planned, string merged)
    {
        if (!Directory.Exists(merged))
        {
            throw new MergeOpsException(Codes.ModelNotFound, $"No folder of this name exists.{NearestPath.Suggestion(merged, Environment.CurrentDirectory)}", SourceSpan.File(merged));
        }

        var made = MergeManifest.Find(merged)?.PlanDigest;
        if (made != planned.Plan.Digest)
        {
            throw new MergeOpsException(
                Codes.OtherPlan,
                made is null
                    ? $"It holds no {MergeManifest.FileName}; `mergeops merge` writes one."
                    : $"It was merged by plan {made[..12]}; the recipe and its lock give plan {planned.Plan.Digest[..12]} now. Merge again.",
                SourceSpan.File(merged));
        }
    }
}
