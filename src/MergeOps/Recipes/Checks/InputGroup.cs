using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Recipes.Checks;

/// <summary>Models that are merged with each other: all of a module, or the sources of one slice.</summary>
internal sealed record InputGroup(
    Recipe Recipe, RecipeModule Module, RecipeSlice? Slice, ImmutableArray<RecipeInput> Inputs, Located<ModelReference>? Base)
{
    /// <summary>The place of the list.</summary>
    public SourceSpan Span => Slice?.Span ?? Module.Span;

    /// <summary>Whether a module of one model is taken as it is: always but by methods that are made for one.</summary>
    public static bool PassesThrough(RecipeModule module, ImmutableArray<RecipeInput> inputs, MergeMethod method) =>
        module.Name is { Value: not RecipeKeys.OnlyModule } && inputs.Length == 1 && (method.BaseModel is BaseModelRule.Required || method.MaxModels > 1);

    /// <summary>The groups of a recipe in its order.</summary>
    public static IEnumerable<InputGroup> Of(Recipe recipe)
    {
        foreach (var module in recipe.Modules)
        {
            if (!module.Models.IsEmpty)
            {
                yield return new(recipe, module, null, module.Models, recipe.BaseModel);
            }

            foreach (var slice in module.Slices.Where(slice => !EmptySliceCheck.IsEmpty(slice)))
            {
                yield return new(recipe, module, slice, slice.Sources, slice.BaseModel ?? recipe.BaseModel);
            }
        }
    }

    /// <summary>The models that take part: those of the inputs, then the base.</summary>
    public IEnumerable<Located<ModelReference>> Models
    {
        get
        {
            var models = Inputs.Select(input => input.Model);
            return Base is null ? models : models.Append(Base);
        }
    }

    /// <summary>The inputs that are ordinary models: all but the base, unless the method makes no difference.</summary>
    public IEnumerable<RecipeInput> ModelsFor(MergeMethod method) => Inputs.Where(input => !IsBase(input, method));

    /// <summary>Whether an input is the base and not an ordinary model.</summary>
    public bool IsBase(RecipeInput input, MergeMethod method) =>
        method.BaseModel is not BaseModelRule.Unused && Base is { } known && known.Value == input.Model.Value;

    /// <summary>The parameters that apply to one input, or to the method.</summary>
    public ParameterLevels Levels(RecipeInput? input = null) => ParameterLevels.Of(Recipe, Module, Slice, input);
}
