using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Planning;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>All stages from a recipe to a published model; what is true already is not done again.</summary>
internal sealed class RunRecipe(HostEnvironment environment, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>The last stage to do: <see cref="Stage.Merge"/>, <see cref="Stage.Evaluate"/> or <see cref="Stage.Publish"/>.</summary>
    public Stage Last { get; init; } = Stage.Publish;

    /// <summary>The pull request whose preview this is, which goes beside the published versions; null for the model itself.</summary>
    public int? Preview { get; init; }

    /// <summary>Whether neither the inputs nor the model are kept on this machine.</summary>
    public bool Streams { get; init; }

    /// <summary>Runs; null when the recipe cannot be merged, and why is in the bag.</summary>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="to">Overrides the recipe's publish target.</param>
    /// <param name="engine">How to merge; the output is the run's own.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <exception cref="MergeOpsException">An environment failure, or a wrong input.</exception>
    public async Task<RunOutcome?> RunAsync(string recipePath, string? to, MergeOptions engine, ExternalScoring? scoring = null)
    {
        var (recipe, data) = Validate(recipePath);
        if (recipe is null)
        {
            return null;
        }

        var outcome = await RunAsync(recipe, data, to, engine, scoring);
        Acceptance.Later(recipe, found);
        return outcome;
    }

    private async Task<RunOutcome?> RunAsync(Recipe recipe, EvaluationData data, string? to, MergeOptions engine, ExternalScoring? scoring)
    {
        if (await LockModels.RunAsync(environment, recipe, observer, found, cancellation) is not { } locked
            || (Last >= Stage.Evaluate ? await new FetchData(environment, observer, found, cancellation).CompleteAsync(recipe, locked, data) : data) is not { } whole
            || Plan(recipe, locked, whole) is not { } planned)
        {
            return null;
        }

        await PolicyCheck.RunAsync(environment, scoring, planned, observer.Reported, found, cancellation);
        if (found.HasErrors)
        {
            return null;
        }

        if (Streams)
        {
            return await StreamAsync(planned, to, engine, scoring);
        }

        var target = TargetKind.Find(recipe, to);
        if (Last >= Stage.Publish && target is not null)
        {
            // a key that cannot sign is told before hours of merging
            ModelSigner.Require(environment, scoring, recipe, found);
            found.AddAll(DerivedPlace.LeftOut(recipe, target));
        }

        var baseline = new PublishedBaseline(environment, recipe, target, observer, cancellation);
        target = Preview is { } pull ? target?.PreviewOf(pull) : target;
        using var turn = await TargetTurn.TakeAsync(environment, Last < Stage.Publish || Preview is not null ? null : target, observer.Reported, cancellation);
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var options = engine with { Output = work.Model, OwnsOutput = true, Published = target?.CurrentFolder(environment) };
        var standing = MergeModels.Look(planned, options, cancellation);
        var derive = new DeriveFiles(environment, scoring, observer, found, cancellation);
        var publish = Last < Stage.Publish || target is null ? null
            : new PublishWithDerived(environment, target, scoring, derive, observer, cancellation) { IsPreview = Preview is not null };
        if (publish is not null && !await publish.CanDeriveAsync(planned))
        {
            return null;
        }

        if (Last >= Stage.Evaluate && standing.Finished is null && !await ForecastOf(planned).CanBeMeasuredAsync(baseline, scoring))
        {
            return null;
        }

        // a model that stands was merged by an earlier run, and its evaluation judges them again
        var judged = standing.Finished is null ? await ForecastOf(planned).JudgeAsync() : null;
        if (judged?.Passed == false)
        {
            return null;
        }

        var merged = await MergeModels.RunAsync(environment, planned, options, observer, cancellation, standing);
        found.AddAll(merged.Notes.Where(note => !found.Contains(note)));

        if (Last < Stage.Evaluate)
        {
            return new RunOutcome(null, merged, null, null);
        }

        var view = await EvaluateAsync(planned, merged, work, baseline, scoring, judged, engine.Device);
        var publication = found.HasErrors || Last < Stage.Publish ? null : await PublishAsync(planned, work, publish, derive);
        return new RunOutcome(view, merged, view is null ? null : work.Evaluation, publication)
        {
            Preview = Preview is not null && publication is { ListDigest: { } list } ? PreviewMark.Of(list, planned.Data, scoring, await baseline.FindAsync(work.Model), planned.Digests) : null,
        };
    }

    private async Task<RunOutcome?> StreamAsync(PlannedRecipe planned, string? to, MergeOptions engine, ExternalScoring? scoring)
    {
        if (await new MergeRecipe(environment, engine).StreamAsync(planned, to, scoring, found, observer, cancellation) is not { } streamed)
        {
            return null;
        }

        found.AddAll(streamed.Publication.Notes);

        return new RunOutcome(null, streamed.Model, null, streamed.Publication);
    }

    private (Recipe? Recipe, EvaluationData Data) Validate(string recipePath)
    {
        observer.Started(Stage.Validate);
        var (recipe, data, findings) = ReadRecipe.WithData(recipePath);
        // the lock that follows lets nothing move
        found.AddAll(findings.Where(finding => finding.Code != Codes.RevisionFloating));

        observer.Finished(Stage.Validate, recipe is null ? StageEnd.Failed : StageEnd.Done, recipePath);
        return (recipe, data);
    }

    private PlannedRecipe? Plan(Recipe recipe, LockedRecipe locked, EvaluationData data)
    {
        observer.Started(Stage.Plan);
        if (PlanMerge.Run(environment, recipe, locked, found) is not { } planned)
        {
            observer.Finished(Stage.Plan, StageEnd.Failed, "not mergeable");
            return null;
        }

        planned = planned with { Data = data };
        if (Last >= Stage.Evaluate && !ForecastOf(planned).Foresee())
        {
            observer.Finished(Stage.Plan, StageEnd.Failed, "the gates cannot be evaluated");
            return null;
        }

        var estimate = PlanEstimate.Of(planned.Plan);
        observer.Finished(
            Stage.Plan,
            StageEnd.Done,
            $"{Quantity.Count(estimate.Merged)} merged, {Quantity.Count(estimate.Copied)} copied; reads {ByteText.Of(estimate.BytesToRead)}, writes {ByteText.Of(estimate.BytesToWrite)}; plan {planned.Plan.Digest[..12]}");
        return planned;
    }

    private RunForecast ForecastOf(PlannedRecipe planned) => new(environment, planned, observer, found, cancellation);

    private async Task<EvaluationView?> EvaluateAsync(
        PlannedRecipe planned,
        MergedCheckpoint merged,
        RunFolder work,
        PublishedBaseline baseline,
        ExternalScoring? scoring,
        JudgedModels? judged,
        string device)
    {
        var inputs = RunFolder.InputsOf(planned.Recipe, planned.Data, merged.ModelDigest, scoring, await baseline.FindAsync(work.Model), planned.Digests);
        if (work.FindPassed(inputs) is { } passed)
        {
            observer.Finished(
                Stage.Evaluate,
                planned.Recipe.Evaluate is null ? StageEnd.NotAsked : StageEnd.AlreadyTrue,
                planned.Recipe.Evaluate is null ? EvaluationOutcome.NoTasks : "evaluated before");
            observer.Finished(
                Stage.Gates,
                planned.Recipe.Gates.IsEmpty ? StageEnd.NotAsked : StageEnd.AlreadyTrue,
                planned.Recipe.Gates.IsEmpty ? EvaluateModel.NoGates : "passed before");
            return passed;
        }

        var report = await new EvaluateModel(environment, planned, baseline, scoring, observer, cancellation, device).RunAsync(work.Model, work, found, judged);
        if (report is null)
        {
            return null;
        }

        work.Remember(report, inputs);
        work.DropScored();
        return EvaluationView.Of(report);
    }

    private async Task<Publication?> PublishAsync(PlannedRecipe planned, RunFolder work, PublishWithDerived? publish, DeriveFiles derive)
    {
        if (publish is null)
        {
            observer.Finished(Stage.Publish, StageEnd.NotAsked, "the recipe has no publish target, and --to was not given");
            return null;
        }

        var content = EvaluationFiles.ContentOf(planned, work.Model, work.Evaluation);
        if (await publish.RunAsync(content, () => Task.FromResult(work.Model), work.Derived) is not { } publication)
        {
            if (derive.HasDamagedModel)
            {
                // the next run merges it again
                DurableFolder.Remove(work.Model);
            }

            return null;
        }

        found.AddAll(publication.Notes);

        return publication;
    }
}
