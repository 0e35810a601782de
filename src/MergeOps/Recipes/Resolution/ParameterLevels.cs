using System.Collections.Immutable;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Resolution;

/// <summary>The <c>parameters</c> blocks that apply to one input of a merge; the nearest level that gives a value wins.</summary>
/// <param name="Source">The input's own; read for parameters of each model only.</param>
/// <param name="Slice">The output slice's.</param>
/// <param name="Module">The module's.</param>
/// <param name="Top">The recipe's.</param>
internal sealed record ParameterLevels(
    ImmutableArray<NamedSetting> Source,
    ImmutableArray<NamedSetting> Slice,
    ImmutableArray<NamedSetting> Module,
    ImmutableArray<NamedSetting> Top)
{
    /// <summary>The levels of one input; without an input those of the method's own parameters.</summary>
    public static ParameterLevels Of(Recipe recipe, RecipeModule module, RecipeSlice? slice, RecipeInput? input = null) =>
        new(input?.Parameters ?? [], slice?.Parameters ?? [], module.Parameters, recipe.Parameters);

    /// <summary>The settings of a parameter, nearest level first.</summary>
    public IEnumerable<ParameterSetting> SettingsOf(ParameterDeclaration declaration)
    {
        var own = declaration.Scope is ParameterScope.Model ? Source : [];
        return own.Concat(Slice).Concat(Module).Concat(Top)
            .Where(named => ReferenceEquals(named.Parameter.Value, declaration))
            .Select(named => named.Setting);
    }
}
