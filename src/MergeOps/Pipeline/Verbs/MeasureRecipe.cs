using System.Collections.Immutable;
using MergeOps.Calibration.Data;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Runtime;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>How to measure. Nothing here changes a number.</summary>
/// <param name="Kind">What is measured.</param>
/// <param name="Model">The one model that is measured, as the recipe writes it; null for all of them.</param>
/// <param name="Output">The folder for the files; null for the place in which recipes look for them.</param>
/// <param name="MaxMemory">Bytes that weights and sums may take.</param>
internal sealed record MeasureOptions(StatisticKind Kind, string? Model, string? Output, long MaxMemory);

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
        found.AddAll(read);

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
        var data = chosen.Where(model => model.Mixture is null).Select(model => model.Settings).Distinct()
            .ToDictionary(settings => settings, settings => CalibrationData.Read(settings, recipe.Folder, hub, found));
        if (isTogether)
        {
            List<WantedModel> wanted = [.. chosen.Select(model => new WantedModel(model.Model, data[model.Settings]!, model.Slug))];
            return found.HasErrors ? null : await new MeasureMerge(environment, options, observer, found, cancellation).RunAsync(recipe, locked, wanted, SlugOfBase(recipe));
        }

        var measuring = new MeasureModel(environment, options.MaxMemory, observer, cancellation);
        var plans = chosen.Select(model => found.HasErrors ? null : measuring.Plan(model.Recipe, model.Model, locked, found)).ToList();
        if (found.HasErrors)
        {
            return null;
        }

        List<MeasuredFile> files = [];
        foreach (var (model, planned) in chosen.Zip(plans))
        {
            var items = model.Mixture is { } mixture ? CalibrationData.OfPrompts(mixture, LockedPrompts.Begun("", planned!.Models[0].Vocabulary)) : data[model.Settings]!;
            files.Add(await measuring.RunAsync(options.Kind, planned!, model.Model, items, PathFor(model)));
        }

        return files;
    }

    private string PathFor(ChosenModel model)
    {
        var file = $"{model.Slug}.{StatisticForm.NameOf(options.Kind)}.safetensors";
        return Path.Combine(options.Output ?? BesideRecipe.Statistics(model.Recipe.Path), file);
    }

    private static string SlugOfBase(Recipe recipe) => recipe.BaseModel is { } origin
        ? FileSlugs.Of(recipe.Modules.SelectMany(module => module.Models).Select(input => input.Model.Value).Append(origin.Value))[origin.Value]
        : "base";

    private ImmutableArray<ChosenModel> Chosen(Recipe whole)
    {
        List<Recipe> documents = MeasureMerge.Measures(options.Kind) ? [whole] : [.. whole.Documents];
        // of several recipes in one file those are meant that need it
        var needing = documents.FindAll(document => ReferencedStatistics.Of(document).Any(need => need.Kind == options.Kind));
        var offers = (needing.Count > 0 ? needing : documents).SelectMany(Offers).ToList();
        if (options.Kind is StatisticKind.Gates && offers.Count == 0)
        {
            found.Error(
                Codes.NothingToMeasure,
                "No router of the recipe is made from hidden states; only that of a mixture ('merge_method: moe') with 'gate_mode: hidden' or 'hidden_avg' is.",
                whole.MergeMethod.Span);
            return [];
        }

        var chosen = options.Model is { } wanted
            ? offers.FindAll(offer => offer.Model.Value.ToString() == wanted)
            : offers.FindAll(offer => !offer.IsBase && (options.Kind is StatisticKind.Gates || documents.Count == 1 || !offer.Model.Value.IsStage));
        if (chosen.Count == 0)
        {
            var names = offers.Select(offer => offer.Model.Value.ToString()).Distinct(StringComparer.Ordinal).ToList();
            found.Error(
                Codes.NothingToMeasure,
                $"{TerminalText.Quoted(options.Model ?? "")} is not one of the recipe's models, which are {string.Join(", ", names)}.{NearestName.Suggestion(options.Model ?? "", names)}",
                SourceSpan.File(whole.Path));
            return [];
        }

        ImmutableArray<ChosenModel> models =
        [
            .. chosen.GroupBy(offer => offer.Model.Value)
                .Select(same => WithSettings(same.First(), same.Select(offer => offer.Settings).FirstOrDefault(settings => settings is not null) ?? whole.Calibration))
                .OfType<ChosenModel>(),
        ];
        if (models.GroupBy(model => model.Slug, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } one)
        {
            found.Error(
                Codes.NothingToMeasure,
                $"{string.Join(" and ", one.Select(model => model.Model.Value))} of different recipes of the file would share '{one.Key}'. Measure each with --model and --out, and name the files with 'statistics:'.",
                one.Last().Model.Span);
        }

        return found.HasErrors ? [] : models;
    }

    private IEnumerable<Offer> Offers(Recipe recipe)
    {
        // of a merge that is measured as one the base is no model
        var without = MeasureMerge.Measures(options.Kind) && recipe.MergeMethod.Value.BaseModel is BaseModelRule.Required ? recipe.BaseModel?.Value : null;
        var inputs = recipe.Modules.SelectMany(module => module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources))).Where(input => input.Model.Value != without).ToList();
        // task vectors are measured from it, and statistics of it are rarely wanted
        Located<ModelReference>[] bases = recipe.BaseModel is { } origin && (options.Kind is StatisticKind.Gates || !inputs.Exists(input => input.Model.Value == origin.Value)) ? [origin] : [];
        var slugs = FileSlugs.Of(inputs.Select(input => input.Model.Value).Concat(bases.Select(model => model.Value)));
        return options.Kind is not StatisticKind.Gates
            ? inputs.Select(input => new Offer(recipe, input.Model, input.Calibration ?? recipe.Calibration, slugs[input.Model.Value], IsBase: false))
                .Concat(bases.Select(model => new Offer(recipe, model, recipe.Calibration, slugs[model.Value], IsBase: true)))
            : recipe.Mixture is { IsMeasured: true } mixture ? bases.Select(model => new Offer(recipe, model, new([], mixture.Span), slugs[model.Value], IsBase: false)) : [];
    }

    private ChosenModel? WithSettings(Offer offer, CalibrationSettings? settings)
    {
        var model = offer.Model;
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

        return new(offer.Recipe, model, settings, offer.Slug, options.Kind is StatisticKind.Gates ? offer.Recipe.Mixture : null);
    }

    // what could be measured
    private sealed record Offer(Recipe Recipe, Located<ModelReference> Model, CalibrationSettings? Settings, string Slug, bool IsBase);

    private sealed record ChosenModel(Recipe Recipe, Located<ModelReference> Model, CalibrationSettings Settings, string Slug, MixtureSettings? Mixture);
}
