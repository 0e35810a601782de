using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Checks;
using MergeOps.Recipes.Declarations;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Turns the recipe's models or slices into output slices with their participants.</summary>
/// <param name="recipe">The recipe.</param>
/// <param name="method">Its method.</param>
/// <param name="models">The metadata of its models.</param>
/// <param name="tensors">Their tensors, in the same order.</param>
internal sealed class SliceBuilder(Recipe recipe, MergeMethod method, ImmutableArray<ModelMetadata> models, ImmutableArray<ModelTensors> tensors)
{
    private const int MostNamed = 4;

    private readonly Dictionary<int, TensorMap<TensorSource>> sources = [];

    /// <summary>The layout of the experts.</summary>
    public ExpertSources Experts => field ??= new(recipe, models[DonorIndex], Donor);

    private TensorMap<TensorSource> Donor => tensors[DonorIndex].Sources;

    private int DonorIndex => models.IndexOfModel(ReferencedModels.DonorOf(recipe));

    /// <summary>The slices of each module in output order, and one of the tensors that are in none.</summary>
    public ImmutableArray<ImmutableArray<OutputSlice>> Build(DiagnosticBag diagnostics)
    {
        if (recipe.Modules is [{ Name: null or { Value: RecipeKeys.OnlyModule } } only])
        {
            return [SlicesOf(only)];
        }

        var parts = new ModelParts(
            [.. recipe.Modules.Select(module => module.Name!.Value)],
            [.. models.SelectMany(metadata => metadata.Checkpoint.Components).Distinct(StringComparer.Ordinal)]);
        if (recipe.Modules.Where(module => Refuses(module, parts, diagnostics)).ToList() is [_, ..])
        {
            return [];
        }

        var modules = recipe.Modules.Select(module => (Name: module.Name!.Value, Slices: SlicesOf(module))).ToList();
        var whole = new OutputSlice([ParticipantOf(DonorIndex, null, null, isBase: false)], null, recipe.Modules[0]);
        var everyone = whole with { Participants = [.. modules.SelectMany(module => module.Slices).SelectMany(slice => slice.Participants), .. whole.Participants] };
        return [.. modules.Select(module => Within(module.Slices, name => HomeOf(name) == module.Name)), .. Rest(whole, name => HomeOf(name) is null, diagnostics)];

        // what every model stores twice is one tensor, and merged where that one is
        string? HomeOf(string name) => parts.ModuleOf(recipe.Architecture.OriginalOf(name) is { } original && everyone.IsStoredTwice(name, original) ? original : name);
    }

    private bool Refuses(RecipeModule module, ModelParts parts, DiagnosticBag diagnostics)
    {
        var name = module.Name!;
        if (!module.Slices.IsEmpty && !ModelParts.IsLanguage(name.Value))
        {
            diagnostics.Error(
                Codes.NotImplemented,
                $"Layers of {TerminalText.Quoted(name.Value)} cannot be put together: only those of the language model can. Write 'models' in this module.",
                module.Slices[0].Span);
            return true;
        }

        var named = module.Models.Concat(module.Slices.SelectMany(slice => slice.Sources)).Select(input => models.IndexOfModel(input.Model.Value));
        var without = named.FirstOrDefault(model => !SourcesOf(model).Keys.Any(tensor => parts.ModuleOf(tensor) == name.Value), -1);
        if (without < 0)
        {
            return false;
        }

        diagnostics.Error(
            Codes.ModuleWithoutTensor,
            $"No tensor of {models[without].Model.Value} belongs to a part that is called {TerminalText.Quoted(name.Value)}. It has {PatternText.Of(SourcesOf(without).Keys, MostNamed)}.",
            name.Span);
        return true;
    }

    // merge a part, copy the rest
    private static IEnumerable<ImmutableArray<OutputSlice>> Rest(OutputSlice whole, Predicate<string> isInNone, DiagnosticBag diagnostics)
    {
        var rest = Within([whole with { CopiedBecause = "no module has it" }], isInNone)[0];
        var only = rest.Participants[0];
        if (only.Sources.IsEmpty)
        {
            return [];
        }

        diagnostics.Note(
            Codes.RestCopied,
            $"No module has {PatternText.Of(only.Sources.Keys, MostNamed)}: the output has those of {only.Metadata.Model.Value}.",
            only.Metadata.Model.Span);
        return [[rest]];
    }

    // a model has the same tensors in every slice
    private static ImmutableArray<OutputSlice> Within(IReadOnlyCollection<OutputSlice> slices, Predicate<string> isMeant)
    {
        var meant = slices.SelectMany(slice => slice.Participants).DistinctBy(participant => participant.Model).ToDictionary(participant => participant.Model, participant => participant.Sources.Only(isMeant));
        return [.. slices.Select(slice => slice with { Participants = [.. slice.Participants.Select(participant => participant with { Sources = meant[participant.Model] })] })];
    }

    private ImmutableArray<OutputSlice> SlicesOf(RecipeModule module) =>
        module.Slices.IsEmpty
            ? [SliceOf(module.Models, null, module)]
            : [.. module.Slices.Select(slice => SliceOf(slice.Sources, slice, module))];

    private OutputSlice SliceOf(ImmutableArray<RecipeInput> entries, RecipeSlice? slice, RecipeModule module)
    {
        var passesThrough = InputGroup.PassesThrough(module, entries, method);
        var baseModel = method.BaseModel == BaseModelRule.Unused || passesThrough ? null : (slice?.BaseModel ?? recipe.BaseModel)?.Value;
        var participants = entries
            .Select(entry => ParticipantOf(models.IndexOfModel(entry.Model.Value), entry.LayerRange?.Value, entry, entry.Model.Value == baseModel))
            .ToList();
        if (baseModel is not null && !participants.Exists(participant => participant.IsBase))
        {
            // a base that is not listed joins with the layers of the first source
            participants.Add(ParticipantOf(models.IndexOfModel(baseModel), participants[0].Range, null, isBase: true));
        }

        return new([.. participants], slice, module) { CopiedBecause = passesThrough ? $"the module '{module.Name!.Value}' has one model" : null };
    }

    /// <summary>The tensors of a model by the names that the output has for them; every slice sees the same ones.</summary>
    public TensorMap<TensorSource> SourcesOf(int model) => sources.TryGetValue(model, out var known)
        ? known
        : sources[model] = Experts.Adapt(models[model], ModelSources.Named(models[model], tensors[model].Sources, Donor));

    private Participant ParticipantOf(int model, LayerRange? range, RecipeInput? entry, bool isBase) =>
        new(model, models[model], SourcesOf(model), range, entry, isBase);
}
