using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>What the machines of one recipe's stages share, or carry from one to the next: <c>merged/</c> and <c>evaluated/</c> in a folder.</summary>
/// <param name="Folder">The folder.</param>
internal sealed record Handover(string Folder)
{
    /// <summary>The digest of the list of <c>merged/</c>, from the job that merged; null in that job.</summary>
    public string? MergedDigest { get; init; }

    /// <summary>The digest of the list of <c>evaluated/</c>, from the job that scored; null before.</summary>
    public string? EvaluatedDigest { get; init; }

    /// <summary>The merged model, its list beside it.</summary>
    public string Merged => Path.Combine(Path.GetFullPath(Folder), "merged");

    /// <summary>The evaluation.</summary>
    public string Evaluated => Path.Combine(Path.GetFullPath(Folder), "evaluated");

    /// <summary>What was derived of the model, a folder for each entry of the recipe.</summary>
    public string Derived => Path.Combine(Evaluated, "derived");

    /// <summary>The model itself.</summary>
    public string Model => Path.Combine(Merged, "model");
}

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
    /// <returns>The digest of what is handed over; null where a command is missing.</returns>
    /// <exception cref="MergeOpsException">An input, the disk or the device does not allow it.</exception>
    public async Task<string?> MergeAsync(PlannedRecipe planned, MergeOptions engine, ExternalScoring? scoring)
    {
        if (!new DeriveFiles(environment, scoring, observer, found, cancellation).CanRun(planned.Recipe))
        {
            return null;
        }

        DurableFolder.Create(place.Merged);
        var merged = await MergeModels.RunAsync(environment, planned, engine with { Output = place.Model, OwnsOutput = true }, observer, cancellation);
        foreach (var note in merged.Notes)
        {
            found.Add(note);
        }

        return HandoverList.Write(place.Merged, new(planned.Plan.Digest, ImmutableSortedDictionary<string, PublishedFile>.Empty), cancellation);
    }

    /// <summary>Scores what was merged and decides its gates. What they say is handed over, too, and is no failure here.</summary>
    /// <param name="planned">The plan.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="device">Where forward passes compute.</param>
    /// <returns>The digest of what is handed over; null where nothing could be measured, and why is found.</returns>
    /// <exception cref="MergeOpsException">What was handed over is something else, or a model cannot be read.</exception>
    public async Task<string?> EvaluateAsync(PlannedRecipe planned, ExternalScoring? scoring, string device)
    {
        _ = TakeOver(planned, place.Merged, place.MergedDigest, "--merged");
        if (await new FetchData(environment, observer, found, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return null;
        }

        planned = planned with { Data = data };
        var work = new RunFolder(environment, planned.Plan.Digest);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        var baseline = BaselineOf(planned);
        DiagnosticBag verdict = [];
        var report = await new EvaluateModel(environment, planned, baseline, scoring, observer, cancellation, device).RunAsync(place.Model, work, verdict);
        work.DropScored();
        foreach (var finding in verdict)
        {
            found.Add(report is not null && finding is { Severity: Severity.Error, Code.Kind: FailureKind.Decision } ? finding with { Severity = Severity.Warning } : finding);
        }

        if (report is null || found.HasErrors)
        {
            return null;
        }

        // commands of the settings run where no secret is, before anything that they could reach is handed on
        ImmutableArray<DerivedFile> derived = [];
        if (report.Passed)
        {
            if (await new DeriveFiles(environment, scoring, observer, found, cancellation).RunAsync(planned.Recipe, place.Model, work.Derived) is not { } made)
            {
                return null;
            }

            derived = made;
        }

        OwnPlace.ClearForFolder(place.Evaluated);
        EvaluationFiles.Write(report, place.Evaluated);
        return HandoverList.Write(
            place.Evaluated,
            new(planned.Plan.Digest, HandOn(planned.Recipe, derived, work.Derived))
            {
                Evaluated = PreviewMark.Of(place.MergedDigest!, data, scoring, await baseline.FindAsync(place.Model), planned.Digests),
                View = EvaluationView.Of(report),
                Objections = [.. verdict.Where(finding => finding is { Severity: Severity.Error, Code.Kind: FailureKind.Decision }).Select(finding => finding.Detail)],
            },
            cancellation);
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
        if (await new FetchData(environment, observer, found, cancellation).CompleteAsync(planned.Recipe, planned.Lock, planned.Data) is not { } data)
        {
            return (null, evaluation.View);
        }

        using var turn = await TargetTurn.TakeAsync(environment, target, observer.Reported, cancellation);
        var now = PreviewMark.Of(place.MergedDigest!, data, scoring, await BaselineOf(planned).FindAsync(place.Model), planned.Digests);
        if (evaluation.Evaluated?.List != now.List || now.DifferenceFrom(evaluation.Evaluated) is not null)
        {
            throw new MergeOpsException(
                Codes.OtherPlan, $"It was scored otherwise than it would be here: {(evaluation.Evaluated is { } then && then.List == now.List ? now.DifferenceFrom(then) : "another model was scored")}. Run the jobs again.", SourceSpan.File(place.Evaluated));
        }

        foreach (var objection in evaluation.Objections)
        {
            found.Error(Codes.GateNotMet, objection, planned.Recipe.Gates.FirstOrDefault()?.Span);
        }

        if (found.HasErrors)
        {
            return (null, evaluation.View);
        }

        var names = DerivedNames.Beside(place.Model);
        var content = EvaluationFiles.ContentOf(planned with { Data = data }, place.Model, place.Evaluated) with
        {
            Derived =
            [
                .. from entry in (planned.Recipe.Publish?.Derived ?? []).Index()
                   let prefix = $"derived/{entry.Index}/"
                   from file in evaluation.Files
                   where file.Key.StartsWith(prefix, StringComparison.Ordinal)
                   select names.Objection(entry.Item, file.Key[prefix.Length..]) is { } objection ? throw new MergeOpsException(Codes.NotDerived, $"'{TerminalText.Escape(entry.Item.Name)}': {objection}", entry.Item.Command.Span)
                       : new DerivedFile(entry.Item.Name, file.Key[prefix.Length..], file.Value.Size, file.Value.Sha256, Path.Combine(place.Evaluated, file.Key)),
            ],
        };
        var publication = await PublishModel.RunAsync(environment, content, target, dryRun: false, observer, cancellation);
        foreach (var note in publication.Notes)
        {
            found.Add(note);
        }

        return (publication, evaluation.View);
    }

    // a folder for each entry
    private ImmutableSortedDictionary<string, PublishedFile> HandOn(Recipe recipe, ImmutableArray<DerivedFile> derived, string from)
    {
        if (Directory.Exists(place.Derived))
        {
            WriteFailure.Guard(place.Derived, () => Directory.Delete(place.Derived, recursive: true));
        }

        var handed = ImmutableSortedDictionary.CreateBuilder<string, PublishedFile>(StringComparer.Ordinal);
        foreach (var (number, entry) in (recipe.Publish?.Derived ?? []).Index())
        {
            foreach (var file in derived.Where(file => file.Name == entry.Name))
            {
                var to = Path.Combine(place.Derived, $"{number}", file.Path);
                DurableFolder.Create(Path.GetDirectoryName(to)!);
                WriteFailure.Guard(to, () => File.Move(file.Source!, to));
                handed.Add($"derived/{number}/{file.Path}", new(file.Size, file.Sha256));
            }
        }

        if (Directory.Exists(from))
        {
            WriteFailure.Guard(from, () => Directory.Delete(from, recursive: true));
        }

        return handed.ToImmutable();
    }

    private PublishedBaseline BaselineOf(PlannedRecipe planned) =>
        new(environment, planned.Recipe, TargetKind.Find(planned.Recipe, to: null), observer, cancellation);

    private HandoverList TakeOver(PlannedRecipe planned, string folder, string? digest, string option)
    {
        var list = HandoverList.Read(
            folder, digest ?? throw new MergeOpsException(Codes.ContentMissing, $"{option} does not name the digest that the job before gave.", SourceSpan.File(folder)), cancellation);
        return list.Plan == planned.Plan.Digest
            ? list
            : throw new MergeOpsException(Codes.OtherPlan, $"It is of plan {list.Plan[..12]}; the recipe and its lock give plan {planned.Plan.Digest[..12]} here.", SourceSpan.File(folder));
    }
}
