using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Sources;

namespace MergeOps.Planning;

/// <summary>Turns the recipe's models or slices into output slices with their participants.</summary>
internal sealed class SliceBuilder(Recipe recipe, MergeMethod method, ImmutableArray<ModelFacts> models)
{
    private readonly Dictionary<int, ImmutableSortedDictionary<string, TensorSource>> sources = [];

    /// <summary>The layout of the experts.</summary>
    public ExpertSources Experts => field ??= new(recipe, FactsOf(ReferencedModels.DonorOf(recipe)), Donor);

    private ImmutableSortedDictionary<string, TensorSource> Donor => field ??= ModelSources.Of(IndexOf(ReferencedModels.DonorOf(recipe)), FactsOf(ReferencedModels.DonorOf(recipe)));

    /// <summary>The slices of a module in output order.</summary>
    public ImmutableArray<OutputSlice> Build(RecipeModule module) =>
        module.Slices.IsEmpty
            ? [SliceOf(module.Models, null, module)]
            : [.. module.Slices.Select(slice => SliceOf(slice.Sources, slice, module))];

    private OutputSlice SliceOf(ImmutableArray<RecipeInput> entries, RecipeSlice? slice, RecipeModule module)
    {
        var baseModel = method.BaseModel == BaseModelRule.Unused ? null : (slice?.BaseModel ?? recipe.BaseModel)?.Value;
        var participants = entries
            .Select(entry => new Participant(
                IndexOf(entry.Model.Value), FactsOf(entry.Model.Value), SourcesOf(entry.Model.Value), entry.LayerRange?.Value, entry, entry.Model.Value == baseModel))
            .ToList();
        if (baseModel is not null && !participants.Exists(participant => participant.IsBase))
        {
            // a base that is not listed joins with the layers of the first source
            participants.Add(new(IndexOf(baseModel), FactsOf(baseModel), SourcesOf(baseModel), participants[0].Range, null, IsBase: true));
        }

        return new([.. participants], slice, module);
    }

    // every slice sees the same ones
    private ImmutableSortedDictionary<string, TensorSource> SourcesOf(ModelReference model)
    {
        var index = IndexOf(model);
        return sources.TryGetValue(index, out var known) ? known : sources[index] = Experts.Adapt(models[index], ModelSources.Named(models[index], ModelSources.Of(index, models[index]), Donor));
    }


    private int IndexOf(ModelReference model) => models.IndexOf(FactsOf(model));

    private ModelFacts FactsOf(ModelReference model) => models.First(facts => facts.Model.Value == model);
}
