using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources.Locking;

namespace MergeOps.Sources;

/// <summary>Statistics that a merge needs of one of its models.</summary>
/// <param name="Model">The model.</param>
/// <param name="Kind">What is needed.</param>
/// <param name="Location">Where it lies, with the place in the recipe that says it: the key, else the model.</param>
internal sealed record NeededStatistics(ModelReference Model, StatisticKind Kind, Located<string> Location)
{
    /// <summary>What plans and messages call it.</summary>
    public ModelReference Reference => new(Location.Value);

    /// <summary>Where `mergeops measure` writes it, if the recipe names another place; else null.</summary>
    public string? Written { get; init; }

    /// <summary>The digest of the data that it must be measured on; null where any will do.</summary>
    public string? Data { get; init; }

    /// <summary>Whether it lies on the Hub.</summary>
    public bool IsOnHub => HubFileReference.IsOne(Location.Value);

    /// <summary>The file as a lock has it.</summary>
    public ReferencedFile File => new(Location, LockedKind.Statistics);

    /// <summary>Where it lies on this machine.</summary>
    public string PathIn(Recipe recipe) => Path.GetFullPath(Location.Value, recipe.ModelsFolder);
}

/// <summary>The statistics that the method, the post-processors and the mixture of a recipe need.</summary>
internal static class ReferencedStatistics
{
    /// <summary>Those of a recipe, each once: of the models in its order, then of the base.</summary>
    public static IReadOnlyList<NeededStatistics> Of(Recipe recipe)
    {
        var method = recipe.MergeMethod.Value;
        var ofPost = recipe.Post.Select(post => post.Processor.Value.BaseStatistic).OfType<StatisticKind>();
        if (method.ModelStatistic is null && method.BaseStatistic is null && !ofPost.Any() && recipe.Mixture is not { IsMeasured: true })
        {
            return [];
        }

        var inputs = recipe.Modules.SelectMany(module => module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources))).ToList();
        List<Located<ModelReference>> bases = method.BaseModel is BaseModelRule.Unused
            ? []
            : [.. new[] { recipe.BaseModel }.Concat(recipe.Modules.SelectMany(module => module.Slices).Select(slice => slice.BaseModel)).OfType<Located<ModelReference>>().DistinctBy(model => model.Value)];
        var slugs = FileSlugs.Of(inputs.Select(input => input.Model.Value).Concat(recipe.BaseModel is { } origin ? [origin.Value] : []));
        var needed = new List<NeededStatistics>();
        if (recipe is { Mixture: { IsMeasured: true } mixture, BaseModel: { } donor })
        {
            needed.Add(Needed(donor, StatisticKind.Gates, recipe.BaseStatistics) with { Data = mixture.PromptsDigest });
        }

        if (method.ModelStatistic is { } ofModels)
        {
            foreach (var same in inputs.Where(input => !bases.Exists(model => model.Value == input.Model.Value)).GroupBy(input => input.Model.Value))
            {
                var setting = same.Select(input => input.Statistics).FirstOrDefault(statistics => statistics is not null);
                needed.Add(Needed(same.First().Model, ofModels, setting));
            }
        }

        foreach (var model in bases)
        {
            // the base may be listed among the models, with a key of its own there
            var setting = (recipe.BaseModel?.Value == model.Value ? recipe.BaseStatistics : null) ?? inputs.Find(input => input.Model.Value == model.Value && input.Statistics is not null)?.Statistics;
            needed.AddRange(ofPost.Distinct().Select(kind => Needed(model, kind, setting)));
            if (method.BaseStatistic is { } ofBase && (method.NeedsBaseStatistic || setting?.Find(ofBase) is not null))
            {
                needed.Add(Needed(model, ofBase, setting));
            }
        }

        return [.. needed.DistinctBy(need => (need.Model, need.Kind))];

        NeededStatistics Needed(Located<ModelReference> model, StatisticKind kind, StatisticsSetting? setting)
        {
            var usual = UsualPath(recipe, slugs.GetValueOrDefault(model.Value, "base"), kind);
            return setting?.Find(kind) is { } named
                ? new(model.Value, kind, named) { Written = named.Value == usual ? null : usual }
                : new(model.Value, kind, new(usual, model.Span));
        }
    }

    /// <summary>The folder in which statistics lay whose places a recipe did not name, when it was locked; null when there were none.</summary>
    public static string? FolderIn(ModelLock locked) => locked.Entries
        .Where(entry => entry.Kind is LockedKind.Statistics)
        .Select(entry => entry.Location.Split('/'))
        .FirstOrDefault(parts => parts is [var folder, _] && BesideRecipe.IsStatistics(folder))?[0];

    /// <summary>The files on this machine that a recipe and its stages need, as they write them.</summary>
    public static IEnumerable<Located<string>> LocalFilesOf(Recipe recipe) =>
        recipe.Documents.SelectMany(Of).Where(need => !need.IsOnHub).Select(need => need.Location);

    // where `mergeops measure` puts them, as a path from the recipe's folder
    private static string UsualPath(Recipe recipe, string slug, StatisticKind kind) =>
        $"{recipe.StatisticsFolder ?? Path.GetFileName(BesideRecipe.Statistics(recipe.Path))}/{slug}.{RecipeKeys.NameOf(kind)}.safetensors";
}
