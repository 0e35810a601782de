using System.Text.Json;
using MergeOps.Analysis;
using MergeOps.Analysis.Audits;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Compares a model with what the recipe that it carries makes, entry by entry of a sample.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">The sample, and how it is read.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class RecipeComparison(HostEnvironment environment, AnalysisOptions options, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>Compares; what stands against it is null where it was compared.</summary>
    /// <param name="model">The audited model, as a recipe writes it.</param>
    /// <param name="recipePath">The recipe.</param>
    /// <param name="modelsFolder">Where its local paths start.</param>
    /// <param name="label">Where it stands.</param>
    /// <param name="folder">Takes files for the while.</param>
    /// <param name="files">What was fetched of models already.</param>
    /// <param name="hub">Where models lie.</param>
    /// <exception cref="MergeOpsException">A model cannot be read.</exception>
    public async Task<(RecipeAudit? Audit, string? WhyNot)> RunAsync(string model, string recipePath, string modelsFolder, string label, string folder, SampledFiles files, HubConnection hub)
    {
        var copy = Path.Combine(folder, "model.yml");
        await File.WriteAllTextAsync(copy, $"merge_method: passthrough\nmodels:\n  - model: {JsonSerializer.Serialize(model)}\n", cancellation);
        var (own, whyNot) = await PlanAsync(copy, folder, hub);
        var (made, reason) = await PlanAsync(recipePath, modelsFolder, hub);
        if (own is null || made is null)
        {
            return (null, whyNot ?? reason);
        }

        var has = own.Plan.Jobs.ToDictionary(job => job.Name, job => job.Shape, StringComparer.Ordinal);
        var makes = made.Plan.Jobs.ToDictionary(job => job.Name, job => job.Shape, StringComparer.Ordinal);
        var (recipe, audited) = (AnalysisPlan.OfJobs(made.Plan, has), AnalysisPlan.OfJobs(own.Plan, makes));

        // both are read at the same places, wherever they lie
        var isRemote = made.Plan.Owners.Concat(own.Plan.Owners).Any(owner => owner.Remote is not null);
        var sampling = isRemote ? options.Sampling!.OverNetwork() : options.Sampling!;
        var (first, _) = await new FetchSample(environment, recipe, sampling, observer, cancellation).RunAsync(files);
        var (second, _) = await new FetchSample(environment, audited, sampling, observer, cancellation).RunAsync(files);
        var matches = Auditor.Match(first, second, options with { Sampling = sampling }, cancellation);
        var both = matches.Select(match => match.Tensor).ToHashSet(StringComparer.Ordinal);
        return (
            new(label, made.Recipe.MergeMethod.Value.Name, matches, [.. makes.Keys.Where(name => !both.Contains(name))], [.. has.Keys.Where(name => !both.Contains(name))]),
            null);
    }

    private async Task<(PlannedRecipe? Planned, string? WhyNot)> PlanAsync(string path, string modelsFolder, HubConnection hub)
    {
        var (recipe, found) = RecipeReader.ReadPublished(path, ReadRecipe.Catalogue, modelsFolder);
        if (recipe is not null)
        {
            var isRemote = ReferencedModels.PartsOf(recipe).Any(part => ModelLocation.FindLocal(part.Model.Value.Path, recipe.ModelsFolder) is null);
            // what was published with its lock was made of what that pins, wherever the models are by now
            var locked = RecipeLock.TryFind(environment, recipe, found) is { } published ? published : isRemote ? await RecipeLock.WriteAsync(environment, [recipe], new LockRequest(), hub, found, cancellation) : null;
            if (!found.HasErrors && PlanMerge.Run(environment, recipe with { StatisticsFolder = locked is null ? null : ReferencedStatistics.FolderIn(locked.Lock) }, locked, found) is { } planned)
            {
                return (planned, null);
            }
        }

        return (null, found.FirstOrDefault(finding => finding.Severity is Severity.Error) switch
        {
            null => "it cannot be planned.",
            { } error when error.Code == Codes.StatisticsMissing => "it merges by statistics that were measured beside it, and they are missing here.",
            { } error => $"{error.Code.Summary}. {error.Detail}",
        });
    }
}
