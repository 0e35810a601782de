using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>
/// The stages of one recipe on machines of their own: each takes over what the one before made, if it is that, and hands on what it
/// made. Whoever scores needs no secret, and whoever publishes runs no scorer.
/// </summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="place">What is handed over.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class StagedRun(HostEnvironment environment, Handover place, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Merges.</summary>
    /// <param name="planned">The plan.</param>
    /// <param name="engine">How to merge.</param>
    /// <param name="scoring">Holds the commands that derive files later, or null.</param>
    /// <returns>The digest of what is handed over; null where a command is missing, or a gate can have no score or says no already.</returns>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public async Task<string?> MergeAsync(PlannedRecipe planned, MergeOptions engine, ExternalScoring? scoring)
    {
        if (!new DeriveFiles(environment, scoring, observer, found, cancellation).CanRun(planned.Recipe))
        {
            return null;
        }

        var options = engine with { Output = place.Model, OwnsOutput = true };
        var standing = MergeModels.Look(planned, options, cancellation);
        var forecast = new RunForecast(environment, planned, observer, found, cancellation) { IsScoredHere = false };
        if (!forecast.Foresee()
            || (standing.Finished is null && !(await forecast.CanBeMeasuredAsync(BaselineOf(planned), scoring) && (await forecast.JudgeAsync()).Passed)))
        {
            return null;
        }

        DurableFolder.Create(place.Merged);
        var merged = await MergeModels.RunAsync(environment, planned, options, observer, cancellation, standing);
        found.AddAll(merged.Notes);
        return HandoverList.Write(place.Merged, new(planned.Plan.Digest, ImmutableSortedDictionary<string, PublishedFile>.Empty), cancellation);
    }

    /// <summary>Scores what was merged and decides its gates. What they say is handed over, too, and is no failure here; and so is what kept it from being scored, which is one.</summary>
    /// <param name="planned">The plan.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="device">Where forward passes compute.</param>
    /// <returns>The digest of what is handed over.</returns>
    /// <exception cref="MergeOpsException">What was handed over is something else, or the disk does not allow it.</exception>
    public async Task<string> EvaluateAsync(PlannedRecipe planned, ExternalScoring? scoring, string device)
    {
        _ = TakeOver(planned, place.Merged, place.MergedDigest, "--merged");
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        DiagnosticBag errors = [];
        HandoverList? scored = null;
        try
        {
            scored = await ScoreAsync(planned, work, scoring, device, errors);
        }
        catch (MergeOpsException failure)
        {
            errors.Add(failure.Diagnostic);
        }

        foreach (var finding in errors)
        {
            found.Add(scored is not null && finding.Severity is Severity.Error ? finding with { Severity = Severity.Warning } : finding);
        }

        if (scored is null)
        {
            // what an earlier run left is not what this one says
            DurableFolder.Remove(place.Evaluated);
        }

        DurableFolder.Create(place.Evaluated);
        return HandoverList.Write(
            place.Evaluated,
            (scored ?? new(planned.Plan.Digest, ImmutableSortedDictionary<string, PublishedFile>.Empty)) with
            {
                Errors = [.. errors.Where(finding => finding.Severity is Severity.Error).Select(error => HandedFinding.Of(error, planned.Recipe.Path))],
            },
            cancellation);
    }

    // null where no score came of it
    private async Task<HandoverList?> ScoreAsync(PlannedRecipe planned, RunFolder work, ExternalScoring? scoring, string device, DiagnosticBag verdict)
    {
        var derive = new DeriveFiles(environment, scoring, observer, verdict, cancellation);
        if (!(derive.CanRun(planned.Recipe) && derive.CanStart(planned.Recipe)))
        {
            return null;
        }

        if (await new FetchData(environment, observer, verdict, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return null;
        }

        planned = planned with { Data = data };
        var baseline = BaselineOf(planned);
        var report = await new EvaluateModel(environment, planned, baseline, scoring, observer, cancellation, device).RunAsync(place.Model, work, verdict);
        work.DropScored();
        if (report is null || verdict.Any(finding => finding is { Severity: Severity.Error, Code.Kind: not FailureKind.Decision }))
        {
            return null;
        }

        // commands of the settings run where no secret is, before anything that they could reach is handed on
        ImmutableArray<DerivedFile> derived = [];
        if (report.Passed)
        {
            if (await derive.RunAsync(planned.Recipe, planned.Recipe.Publish?.Derived ?? [], place.Model, work.Derived) is not { } made)
            {
                return null;
            }

            derived = made;
        }

        OwnPlace.ClearForFolder(place.Evaluated);
        EvaluationFiles.Write(report, place.Evaluated);
        return new(planned.Plan.Digest, HandOn(planned.Recipe, derived, work.Derived))
        {
            Evaluated = PreviewMark.Of(place.MergedDigest!, data, scoring, await baseline.FindAsync(place.Model), planned.Digests),
            View = EvaluationView.Of(report),
        };
    }

    /// <summary>Publishes what was merged and passed, without scoring again.</summary>
    /// <param name="planned">The plan.</param>
    /// <param name="scoring">Where scores of another harness come from now, or null.</param>
    /// <returns>The version, or null where something says no; and what was measured.</returns>
    /// <exception cref="MergeOpsException">What was handed over is something else, or the place does not take the version.</exception>
    public async Task<(Publication? Publication, EvaluationView? View)> PublishAsync(PlannedRecipe planned, ExternalScoring? scoring)
    {
        var target = TargetKind.Require(planned.Recipe, to: null, "'publish:' in the recipe");
        _ = TakeOver(planned, place.Merged, place.MergedDigest, "--merged");
        var evaluation = TakeOver(planned, place.Evaluated, place.EvaluatedDigest, "--evaluated");
        foreach (var error in evaluation.Errors)
        {
            found.Add(error.ToDiagnostic(planned.Recipe.Path) ?? throw Otherwise($"another version of mergeops found {TerminalText.Quoted(error.Code)}"));
        }

        if (evaluation.Evaluated is not { } then || await new FetchData(environment, observer, found, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return (null, evaluation.View);
        }

        using var turn = await TargetTurn.TakeAsync(environment, target, observer.Reported, cancellation);
        var now = PreviewMark.Of(place.MergedDigest!, data, scoring, await BaselineOf(planned).FindAsync(place.Model), planned.Digests);
        if (then.List != now.List || now.DifferenceFrom(then) is not null)
        {
            throw Otherwise(then.List == now.List ? now.DifferenceFrom(then)! : "another model was scored");
        }

        if (found.HasErrors)
        {
            return (null, evaluation.View);
        }

        var content = EvaluationFiles.ContentOf(planned with { Data = data }, place.Model, place.Evaluated);
        var publish = new PublishWithDerived(environment, target, scoring, new DeriveFiles(environment, scoring, observer, found, cancellation), observer, cancellation);
        var publication = await publish.RunAsync(content, DerivedIn(evaluation, planned.Recipe));
        found.AddAll(publication.Notes);
        return (publication, evaluation.View);
    }

    private MergeOpsException Otherwise(string how) =>
        new(Codes.OtherPlan, $"It was scored differently from how it would be here: {how}. Run the jobs again.", SourceSpan.File(place.Evaluated));

    // names are judged once more: who handed the files over may be anybody's program
    private ImmutableArray<DerivedFile> DerivedIn(HandoverList evaluation, Recipe recipe)
    {
        var names = DeriveFiles.NamesOf(recipe, DerivedNames.Beside(place.Model));
        return
        [
            .. from entry in (recipe.Publish?.Derived ?? []).Index()
               let prefix = $"{Handover.DerivedFolder}/{entry.Index}/"
               from file in evaluation.Files
               where file.Key.StartsWith(prefix, StringComparison.Ordinal)
               let path = file.Key[prefix.Length..]
               select names[entry.Item.Name].Objection(entry.Item, path) is { } objection
                   ? throw new MergeOpsException(Codes.NotDerived, $"'{TerminalText.Escape(entry.Item.Name)}': {objection}", entry.Item.Command.Span)
                   : new DerivedFile(entry.Item.Name, path, file.Value.Size, file.Value.Sha256, Path.Combine(place.Evaluated, file.Key)),
        ];
    }

    // a folder for each entry
    private ImmutableSortedDictionary<string, PublishedFile> HandOn(Recipe recipe, ImmutableArray<DerivedFile> derived, string from)
    {
        DurableFolder.Remove(place.Derived);

        var handed = ImmutableSortedDictionary.CreateBuilder<string, PublishedFile>(StringComparer.Ordinal);
        foreach (var (number, entry) in (recipe.Publish?.Derived ?? []).Index())
        {
            foreach (var file in derived.Where(file => file.Name == entry.Name))
            {
                var to = Path.Combine(place.Derived, $"{number}", file.Path);
                DurableFolder.Create(Path.GetDirectoryName(to)!);
                WriteFailure.Guard(to, () => File.Move(file.Source!, to));
                handed.Add($"{Handover.DerivedFolder}/{number}/{file.Path}", new(file.Size, file.Sha256));
            }
        }

        DurableFolder.Remove(from);

        return handed.ToImmutable();
    }

    private PublishedBaseline BaselineOf(PlannedRecipe planned) =>
        new(environment, planned.Recipe, TargetKind.Find(planned.Recipe, to: null), observer, cancellation);

    private HandoverList TakeOver(PlannedRecipe planned, string folder, string? digest, string option)
    {
        if (digest is not { Length: > 0 })
        {
            throw new MergeOpsException(Codes.ContentMissing, $"{option} gives no digest: the previous job ended without handing anything over. Its log says why.", SourceSpan.File(folder));
        }

        var list = HandoverList.Read(folder, digest, cancellation);
        return list.Plan == planned.Plan.Digest
            ? list
            : throw new MergeOpsException(Codes.OtherPlan, $"It is of plan {list.Plan[..12]}; the recipe and its lock give plan {planned.Plan.Digest[..12]} here.", SourceSpan.File(folder));
    }
}
