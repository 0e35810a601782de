using System.Collections.Immutable;
using MergeOps.Calibration;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Sources;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>How to measure. Nothing here changes a number.</summary>
/// <param name="Kind">What is measured.</param>
/// <param name="Model">The one model that is measured, as the recipe writes it; null for all of them.</param>
/// <param name="Output">The folder for the files; null for the place in which recipes look for them.</param>
/// <param name="MaxMemory">Bytes that weights and sums may take.</param>
internal sealed record MeasureOptions(StatisticKind Kind, string? Model, string? Output, long MaxMemory);

/// <summary>A file of statistics of one model.</summary>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="Path">The file.</param>
/// <param name="Description">What it says of itself.</param>
/// <param name="WasThere">Whether an earlier run wrote it.</param>
internal sealed record MeasuredFile(string Model, string Path, StatisticsDescription Description, bool WasThere);

/// <summary>Runs calibration data through the models of a recipe and writes what is measured.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="options">How.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops; the same command goes on.</param>
internal sealed class MeasureRecipe(HostEnvironment environment, MeasureOptions options, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Measures model after model; null when the recipe or its data have errors.</summary>
    /// <exception cref="MergeOpsException">A model, the data or the disk do not allow it.</exception>
    public async Task<IReadOnlyList<MeasuredFile>?> RunAsync(string recipePath)
    {
        var (recipe, read) = ReadRecipe.Run(recipePath);
        foreach (var finding in read)
        {
            found.Add(finding);
        }

        if (recipe is null || Chosen(recipe) is not { IsEmpty: false } chosen)
        {
            return null;
        }

        var isTogether = MeasureMerge.Measures(options.Kind);
        if (isTogether && MeasureMerge.Refuses(recipe, options.Kind, options.Model) is { } refusal)
        {
            found.Error(Codes.NothingToMeasure, refusal, recipe.MergeMethod.Span);
            return null;
        }

        var locked = RecipeLock.TryFind(environment, recipe, found);
        if (found.HasErrors)
        {
            return null;
        }

        TorchRuntime.StartLoading(environment);
        var hub = await new FetchData(environment, observer, found, cancellation).FilesAsync(recipe, chosen.SelectMany(model => model.Settings.Data), locked);
        var data = chosen.Select(model => model.Settings).Distinct().ToDictionary(settings => settings, settings => CalibrationData.Read(settings, recipe.Folder, hub, found));
        var wanted = chosen.Select(model => new WantedModel(model.Model, data[model.Settings]!, model.Slug)).ToList();
        if (isTogether)
        {
            return found.HasErrors ? null : await new MeasureMerge(environment, options, observer, found, cancellation).RunAsync(recipe, locked, wanted, SlugOfBase(recipe));
        }

        var plans = wanted.Select(model => found.HasErrors ? null : Plan(AppliedAdapters.Alone(recipe, model.Model) with { Search = null, Stages = [] }, locked)).ToList();
        if (found.HasErrors)
        {
            return null;
        }

        List<MeasuredFile> files = [];
        foreach (var (model, planned) in wanted.Zip(plans))
        {
            files.Add(await MeasureAsync(recipe, model, planned!));
        }

        return files;
    }

    // a lock has no tokenizer of a local model that gives the output none; what is measured tells itself by its digest
    private PlannedRecipe? Plan(Recipe alone, LockedRecipe? locked)
    {
        var isLocal = ReferencedModels.PartsOf(alone).All(part => LocalModels.Locate(part.Model, alone.ModelsFolder) is not null);
        return PlanMerge.Run(environment, alone, isLocal ? null : locked, found);
    }

    private async Task<MeasuredFile> MeasureAsync(Recipe recipe, WantedModel model, PlannedRecipe planned)
    {
        var name = model.Model.Value.ToString();
        await new FetchModels(environment, planned.Plan, planned.Digests, observer, cancellation).ForEvaluationAsync(Enumerable.Range(0, planned.Plan.Models.Length));
        var measurement = new Measurement(options.Kind, name, MeasuredContent.WeightsOf(planned), MeasuredContent.TokenizerOf(planned), model.Data);
        var path = PathFor(recipe, model);
        observer.Started(Stage.Measure);
        if (measurement.IsIn(path))
        {
            observer.Finished(Stage.Measure, StageEnd.AlreadyTrue, $"{name}: {path} has it");
            return new(name, path, StatisticsFile.Read(path).Description, WasThere: true);
        }

        var work = new RunFolder(environment, measurement.Key);
        using var held = await work.LockAsync(observer.Reported, cancellation);
        OwnPlace.ClearForFolder(work.Measured);
        DurableFolder.Create(work.Measured);
        DurableFolder.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            var description = measurement.Run(
                FolderOf(planned, work),
                work.Measured,
                path,
                options.MaxMemory,
                (part, share) => observer.Advanced(Stage.Measure, $"{name}, {part}", new Work((long)(share * Parts), Parts, WorkUnit.Items)),
                cancellation);
            Directory.Delete(work.Measured, recursive: true);
            observer.Finished(Stage.Measure, StageEnd.Done, $"{name}: {Quantity.Of(description.Items, "item")}, {Quantity.Of(description.Tokens, "token")}");
            return new(name, path, description, WasThere: false);
        }
        catch (MergeOpsException problem) when (problem.Diagnostic.Span is null)
        {
            throw new MergeOpsException(problem.Diagnostic with { Span = model.Model.Span }, problem);
        }
        finally
        {
            work.DropScored();
        }
    }

    // shares are told in so many parts
    private const long Parts = 1000;

    private string FolderOf(PlannedRecipe planned, RunFolder work) => planned.Plan.Adapters.IsEmpty
        ? planned.Plan.Models[0].Checkpoint.Folder
        : MergeEngine.Run(planned.Plan, new MergeOptions { Output = work.Applied, OwnsOutput = true, Digests = planned.Digests, MaxMemory = options.MaxMemory }, progress: null, cancellation).Folder;

    private string PathFor(Recipe recipe, WantedModel model)
    {
        var file = $"{model.Slug}.{StatisticForm.NameOf(options.Kind)}.safetensors";
        return Path.Combine(options.Output ?? BesideRecipe.Statistics(recipe.Path), file);
    }

    private static string SlugOfBase(Recipe recipe) => recipe.BaseModel is { } origin
        ? ModelSlugs.Of(recipe.Modules.SelectMany(module => module.Models).Select(input => input.Model.Value).Append(origin.Value))[origin.Value]
        : "base";

    private ImmutableArray<ChosenModel> Chosen(Recipe recipe)
    {
        // of a merge that is measured as one the base is no model
        var without = MeasureMerge.Measures(options.Kind) && recipe.MergeMethod.Value.BaseModel is BaseModelRule.Required ? recipe.BaseModel?.Value : null;
        List<(Located<ModelReference> Model, CalibrationSettings? Own)> all =
        [
            .. recipe.Modules.SelectMany(module => module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources))).Where(input => input.Model.Value != without).Select(input => (input.Model, input.Calibration)),
        ];
        // task vectors are measured from it, and statistics of it are rarely wanted
        List<(Located<ModelReference> Model, CalibrationSettings? Own)> bases = recipe.BaseModel is { } origin && !all.Exists(model => model.Model.Value == origin.Value) ? [(origin, null)] : [];
        var slugs = ModelSlugs.Of(all.Concat(bases).Select(model => model.Model.Value));
        var chosen = options.Model is null ? all : all.Concat(bases).Where(model => model.Model.Value.ToString() == options.Model).ToList();
        if (chosen.Count == 0)
        {
            var names = all.Concat(bases).Select(model => model.Model.Value.ToString()).Distinct(StringComparer.Ordinal).ToList();
            found.Error(
                Codes.NothingToMeasure,
                $"{TerminalText.Quoted(options.Model ?? "")} is not one of the recipe's models, which are {string.Join(", ", names)}.{NearestName.Suggestion(options.Model ?? "", names)}",
                SourceSpan.File(recipe.Path));
            return [];
        }

        return found.HasErrors ? [] :
        [
            .. chosen.GroupBy(model => model.Model.Value)
                .Select(same => WithSettings(same.First().Model, same.Select(model => model.Own).FirstOrDefault(own => own is not null) ?? recipe.Calibration, slugs[same.Key]))
                .OfType<ChosenModel>(),
        ];
    }

    private ChosenModel? WithSettings(Located<ModelReference> model, CalibrationSettings? settings, string slug)
    {
        if (model.Value.IsStage)
        {
            found.Error(Codes.NotMeasured, $"{TerminalText.Quoted(model.Value.ToString())} is the result of another recipe in the file, which is never written. Move that recipe to its own file, merge it, and name the merged folder here.", model.Span);
            return null;
        }

        if (settings is null)
        {
            found.Error(
                Codes.CalibrationMissing,
                $"There is no data on which to measure {TerminalText.Quoted(model.Value.ToString())}. Write 'calibration: {{ data: FILE }}' into the recipe, or into the model's entry.",
                model.Span);
            return null;
        }

        return new(model, settings, slug);
    }

    private sealed record ChosenModel(Located<ModelReference> Model, CalibrationSettings Settings, string Slug);
}
