using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>What became of the numbers that a recipe takes from its models.</summary>
/// <param name="Markdown">It in words; empty where nothing is measured or searched.</param>
/// <param name="AreCurrent">Whether all of them are those of the new models.</param>
internal sealed record Renewal(string Markdown, bool AreCurrent);

/// <summary>Measures and searches anew what a recipe's numbers came from, after its models moved: beside the lock, where the recipe looks for both.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="checkout">Where the recipe is, locked anew.</param>
/// <param name="hub">Where the models are.</param>
/// <param name="engine">How to merge a search's points, and how much memory may be taken.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found; what could not be done is a warning, because people are told.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class RenewedNumbers(HostEnvironment environment, Checkout checkout, HubConnection hub, MergeOptions engine, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Renews what all recipes of a file need.</summary>
    /// <exception cref="MergeOpsException">What was measured cannot be locked.</exception>
    public async Task<Renewal> OfAsync(ImmutableArray<Recipe> family)
    {
        var done = new List<Renewal>();
        foreach (var recipe in family)
        {
            foreach (var needed in recipe.Documents.SelectMany(ReferencedStatistics.Of).Where(need => !need.IsOnHub).GroupBy(need => need.Kind))
            {
                done.Add(await MeasureAsync(recipe, needed.Key, [.. needed]));
            }
        }

        if (done.Count > 0)
        {
            // the lock pins the files, and the points of a search are planned with it
            await RecipeLock.WriteAsync(environment, family, new LockRequest(), hub, found, cancellation);
        }

        foreach (var recipe in family.Where(recipe => recipe.Search is not null))
        {
            done.Add(await SearchAsync(recipe));
        }

        return new(string.Concat(done.Select(renewal => renewal.Markdown)), done.TrueForAll(renewal => renewal.AreCurrent));
    }

    // what lies where the recipe says, and no command writes it there, is somebody's own
    private async Task<Renewal> MeasureAsync(Recipe recipe, StatisticKind kind, ImmutableArray<NeededStatistics> needed)
    {
        var (name, measured) = (NameOf(recipe), MarkdownText.Code(StatisticForm.NameOf(kind)));
        var elsewhere = needed.Where(need => need.Written is not null).ToList();
        var own = needed.Where(need => need.Written is null).ToList();
        var markdown = elsewhere.Count == 0
            ? ""
            : $"\nThe statistics {measured} of {name} were measured on the earlier models. They are in {string.Join(", ", elsewhere.Select(need => MarkdownText.Code(need.Location.Value)))}: run `mergeops measure`, and commit what it writes there to this branch.\n";
        if (own.Count == 0)
        {
            return new(markdown, AreCurrent: false);
        }

        // the base is measured only where it is named
        var models = MeasureMerge.Measures(kind) ? [null] : own.Select(need => need.Model.ToString()).Distinct(StringComparer.Ordinal).ToList<string?>();
        var (isDone, isNew) = (true, false);
        foreach (var model in models)
        {
            DiagnosticBag ofMeasuring = [];
            var options = new MeasureOptions(kind, model, Output: null, engine.MaxMemory);
            var files = await GuardAsync(ofMeasuring, () => new MeasureRecipe(environment, options, observer, ofMeasuring, cancellation).RunAsync(AddressOf(recipe)));
            isDone &= files is not null;
            isNew |= files?.Any(file => !file.WasThere) == true;
        }

        return new(
            !isDone ? $"{markdown}\nThe statistics {measured} of {name} could not be measured again; the run says why.\n"
                : isNew ? $"{markdown}\nThe statistics {measured} of {name} were measured again with them.\n"
                : markdown,
            isDone && elsewhere.Count == 0);
    }

    // what scores points elsewhere must not be near this job's token
    private async Task<Renewal> SearchAsync(Recipe recipe)
    {
        var name = NameOf(recipe);
        if (recipe.Search!.Objective.Command is { } command)
        {
            return new($"\nThe numbers of {name} were chosen for the earlier models. They are scored by the command {MarkdownText.Code(command.Value)}: run `mergeops search` where it runs, and commit what it writes to this branch.\n", AreCurrent: false);
        }

        DiagnosticBag ofSearch = [];
        var outcome = await GuardAsync(ofSearch, () => new SearchRecipe(environment, observer, ofSearch, cancellation).RunAsync(AddressOf(recipe), engine, scoring: null));
        return new(
            outcome is null ? $"\nThe numbers of {name} could not be chosen again; the run says why.\n"
                : outcome.WasThere ? $"\nThe numbers of {name} are still the best ones.\n"
                : $"\nThe numbers of {name} were chosen again with them.\n",
            outcome is not null);
    }

    private async Task<T?> GuardAsync<T>(DiagnosticBag ofWork, Func<Task<T?>> work)
        where T : class
    {
        T? done = null;
        try
        {
            done = await work();
        }
        catch (MergeOpsException failure)
        {
            ofWork.Add(failure.Diagnostic);
        }

        found.AddAll(ofWork.Select(finding => finding with
        {
            Severity = finding.Severity is Severity.Error ? Severity.Warning : finding.Severity,
            Span = finding.Span is { } span ? span with { Path = checkout.PathOf(span.Path) } : null,
        }));
        return done;
    }

    private string NameOf(Recipe recipe) => MarkdownText.Code(checkout.PathOf(recipe.Path));

    private static string AddressOf(Recipe recipe) => new RecipeAddress(recipe.Path, recipe.Variant).ToString();
}
