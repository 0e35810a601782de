using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Reports;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Publishing;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>Carries plans out, one recipe after the other: merge, measure, gate, publish. One that fails does not stop the others.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="engine">How to merge; the output is chosen here.</param>
/// <param name="handover">What machines of several stages hand to each other; null where this one does all.</param>
/// <param name="results">Takes what later steps and people read.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class CarryOut(
    HostEnvironment environment,
    WorkflowRun run,
    WorkflowRepository repository,
    MergeOptions engine,
    Handover? handover,
    ResultFiles results,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>A row of the comment's table must stay one that fits.</summary>
    private const int MostWorse = 3;

    /// <summary>Carries out the plans of several recipes.</summary>
    /// <param name="plans">The recipes with their plans.</param>
    /// <param name="checkout">Where they are.</param>
    /// <param name="last">The last stage to do.</param>
    /// <param name="preview">The pull request whose preview it is; null to publish.</param>
    /// <param name="previews">What may be published as it was previewed, by the recipes' paths.</param>
    public async Task<ImmutableSortedDictionary<string, RecipeOutcome>> RunAsync(
        IEnumerable<CheckedRecipe> plans, Checkout checkout, Stage last, int? preview = null, IReadOnlyDictionary<string, KnownPreview>? previews = null)
    {
        var outcomes = ImmutableSortedDictionary.CreateBuilder<string, RecipeOutcome>();
        foreach (var recipe in plans)
        {
            var planned = recipe.Planned!;
            outcomes[recipe.Report.Path] = await RunAsync(checkout, recipe.Report.Path, planned, last, preview, previews?.GetValueOrDefault(recipe.Report.Path)) with
            {
                Plan = planned.Plan.Digest,
                Run = run.Url,
            };
        }

        return outcomes.ToImmutable();
    }

    /// <summary>Gives the users of several recipes' models the version before again.</summary>
    /// <param name="plans">The recipes.</param>
    /// <param name="checkout">Where they are.</param>
    public async Task<ImmutableSortedDictionary<string, RecipeOutcome>> RollBackAsync(IEnumerable<CheckedRecipe> plans, Checkout checkout)
    {
        var outcomes = ImmutableSortedDictionary.CreateBuilder<string, RecipeOutcome>();
        foreach (var recipe in plans)
        {
            outcomes[recipe.Report.Path] = await GuardAsync(checkout, recipe.Report.Path, async ofRecipe =>
            {
                var (done, findings) = await RollbackPublication.RunAsync(
                    environment, checkout[recipe.Report.Path], version: null, target: null, dryRun: false, observer, cancellation);
                ofRecipe.AddAll(findings);

                return done is null
                    ? new RecipeOutcome(States.Failed)
                    : new RecipeOutcome(States.RolledBack) { Version = done.To, Place = done.Place, Plan = recipe.Planned!.Plan.Digest, Run = run.Url };
            });
        }

        return outcomes.ToImmutable();
    }

    private Task<RecipeOutcome> RunAsync(Checkout checkout, string name, PlannedRecipe planned, Stage last, int? preview, KnownPreview? previewed) => GuardAsync(checkout, name, async ofRecipe =>
    {
        var scoring = TrustedScoring.Of(repository.Settings, run.EventName, repository.Checkout.Root);
        if (handover is not null)
        {
            return await StageAsync(handover, planned, last, scoring, ofRecipe);
        }

        if (previewed is not null
            && await new PromotePreview(environment, scoring, observer, ofRecipe, cancellation).RunAsync(planned, previewed.Pull, previewed.Mark) is { } promoted)
        {
            return OutcomeOf(promoted, previewed.Scores);
        }

        // a command that said no would say so again
        if (ofRecipe.HasErrors)
        {
            return new RecipeOutcome(StateWithout(ofRecipe)) { Scores = previewed?.Scores };
        }

        var verb = new RunRecipe(environment, observer, ofRecipe, cancellation) { Last = last, Preview = preview };
        return OutcomeOf(await verb.RunAsync(checkout[name], to: null, engine, scoring), ofRecipe);
    });

    // one stage of several
    private async Task<RecipeOutcome> StageAsync(Handover place, PlannedRecipe planned, Stage stage, ExternalScoring? scoring, DiagnosticBag ofRecipe)
    {
        var staged = new StagedRun(environment, place, observer, ofRecipe, cancellation);
        if (stage == Stage.Publish)
        {
            var (publication, view) = await staged.PublishAsync(planned, scoring);
            results.AddToSummary(Path.Combine(place.Evaluated, EvaluationMarkdown.File));
            var scores = view is null ? null : ScoresOf(view);
            return publication is not null ? OutcomeOf(publication, scores) : new RecipeOutcome(StateWithout(ofRecipe)) { Scores = scores };
        }

        var digest = stage == Stage.Merge ? await staged.MergeAsync(planned, engine, scoring) : await staged.EvaluateAsync(planned, scoring, engine.Device);
        run.Outputs.Set(WorkflowOutputs.Handover, digest ?? "");
        return new RecipeOutcome(ofRecipe.HasErrors ? StateWithout(ofRecipe) : States.Merged);
    }

    // what became of a recipe that errors kept from its end
    private static string StateWithout(DiagnosticBag ofRecipe) =>
        ofRecipe.FirstOrDefault(finding => finding.Severity is Severity.Error)?.Code.Kind is FailureKind.Decision ? States.GateFailed : States.Failed;

    // what is found of one recipe is found of the run, at its place in the repository
    private async Task<RecipeOutcome> GuardAsync(Checkout checkout, string name, Func<DiagnosticBag, Task<RecipeOutcome>> work)
    {
        DiagnosticBag ofRecipe = [];
        var files = ReadRecipe.ParentsOf(checkout[name]).Append(checkout[checkout.FileOf(name)]).ToDictionary(file => file, checkout.PathOf);
        try
        {
            return await work(ofRecipe);
        }
        catch (MergeOpsException failure)
        {
            ofRecipe.Add(failure.Diagnostic);
            return new RecipeOutcome(StateWithout(ofRecipe));
        }
        finally
        {
            foreach (var finding in ofRecipe)
            {
                found.Add(finding with { Span = finding.Span is { } span && files.TryGetValue(span.Path, out var shown) ? span with { Path = shown } : finding.Span });
            }
        }
    }

    private RecipeOutcome OutcomeOf(RunOutcome? outcome, DiagnosticBag ofRecipe)
    {
        if (outcome is null)
        {
            return new RecipeOutcome(StateWithout(ofRecipe));
        }

        var scores = outcome.View is { } view ? ScoresOf(view) : null;
        if (outcome.Reports is { } reports)
        {
            results.AddToSummary(Path.Combine(reports, EvaluationMarkdown.File));
        }

        if (ofRecipe.HasErrors)
        {
            return new RecipeOutcome(StateWithout(ofRecipe)) { Scores = scores };
        }

        return (outcome.Publication is { } publication ? OutcomeOf(publication, scores) : new RecipeOutcome(States.Merged) { Scores = scores }) with { Preview = outcome.Preview };
    }

    private RecipeOutcome OutcomeOf(Publication publication, string? scores)
    {
        run.Outputs.Set(WorkflowOutputs.Version, publication.Version);
        run.Outputs.Set(WorkflowOutputs.ModelUrl, publication.Place);
        run.Outputs.Set(WorkflowOutputs.Revision, publication.Revision ?? "");
        return new RecipeOutcome(publication.WasThere ? States.Unchanged : States.Published)
        {
            Version = publication.Version,
            Place = publication.Place,
            Scores = scores,
            Figures = publication.Figures.IsEmpty ? null : string.Join(' ', publication.Figures),
        };
    }

    // the merged model's row, the mean of its tasks where there are several, and what no gate covers
    private static string? ScoresOf(EvaluationView view)
    {
        var worse = view.Ungated.IsEmpty ? "" : $"; worse, and no gate names it: {string.Join("; ", view.Ungated.Take(MostWorse))}"
            + (view.Ungated.Length > MostWorse ? $" and {Quantity.Count(view.Ungated.Length - MostWorse)} more" : "");
        var merged = view.Table.Rows.FirstOrDefault(row => row.Role == ModelRole.Merged);
        var heads = view.Table.Header.Select(head => head.Lines[0]).ToList();
        var columns = Enumerable.Range(1, heads.Count - 1).Where(column => !heads.Contains("mean") || heads[column] == "mean");
        return merged is null || heads.Count == 1 ? null
            : string.Join("; ", columns.Select(column => $"{heads[column]} {merged.Cells[column].Lines[0]}")) + worse;
    }
}
