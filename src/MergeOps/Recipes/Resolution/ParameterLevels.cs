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
    private const int Levels = 4;

    /// <summary>Whether each setting is one value for all tensors.</summary>
    public bool ArePlain => Enumerable.Range(0, Levels).All(level => At(level).All(named => named.Setting is ScalarSetting));

    /// <summary>The levels of one input; without an input those of the method's own parameters.</summary>
    public static ParameterLevels Of(Recipe recipe, RecipeModule module, RecipeSlice? slice, RecipeInput? input = null) =>
        new(input?.Parameters ?? [], slice?.Parameters ?? [], module.Parameters, recipe.Parameters);

    /// <summary>The settings of a parameter, nearest level first.</summary>
    public IEnumerable<ParameterSetting> SettingsOf(ParameterDeclaration declaration)
    {
        for (var level = declaration.Scope is ParameterScope.Model ? 0 : 1; level < Levels; level++)
        {
            foreach (var named in At(level))
            {
                if (ReferenceEquals(named.Parameter.Value, declaration))
                {
                    yield return named.Setting;
                }
            }
        }
    }

    private ImmutableArray<NamedSetting> At(int level) => level switch
    {
        0 => Source,
        1 => Slice,
        2 => Module,
        _ => Top,
    };
}
