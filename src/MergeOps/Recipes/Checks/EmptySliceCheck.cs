using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Checks;

/// <summary>
/// Slices of no layer: mergekit's users write one first or last, so that the tensors before or after the layers come from
/// one model. Here a filter says that.
/// </summary>
internal static class EmptySliceCheck
{
    /// <summary>Whether no source gives a layer.</summary>
    public static bool IsEmpty(RecipeSlice slice) => slice.Sources is [_, ..] && slice.Sources.All(source => source.LayerRange is { Value.Length: 0 });

    public static void Run(Recipe recipe, MergeMethod? method, DiagnosticBag diagnostics)
    {
        foreach (var module in recipe.Modules)
        {
            var slices = module.Slices;
            for (var i = 0; i < slices.Length; i++)
            {
                if (IsEmpty(slices[i]))
                {
                    var range = slices[i].Sources[0].LayerRange!;
                    var place = i == 0 ? TensorWords.FiltersBeforeLayers : i == slices.Length - 1 ? TensorWords.FiltersAfterLayers : null;
                    diagnostics.Error(
                        Codes.LayerRangeInvalid,
                        $"The range is empty: its end ({range.Value.End}) is one past its last layer. {Instead(recipe, slices[i], place, method)}",
                        range.Span);
                }
            }
        }
    }

    private static string Instead(Recipe recipe, RecipeSlice slice, string[]? tensors, MergeMethod? method)
    {
        if (tensors is null || method is null)
        {
            return "Leave the slice out.";
        }

        var keeper = slice.Sources[0].Model.Value;
        var what = tensors == TensorWords.FiltersBeforeLayers ? "the embedding" : "the output head and the final norm";
        var keep = $"Leave the slice out; to take {what} from {TerminalText.Quoted(keeper.ToString())}";
        if (method.Parameters.FirstOrDefault(parameter => parameter.Role is ParameterRole.Position) is { } t)
        {
            var value = keeper == (slice.BaseModel ?? recipe.BaseModel)?.Value ? "0" : "1";
            return $"{keep} write:\nparameters:\n  {t.Name}:{Entries(tensors, value)}\n    - value: {Now(recipe, t)}";
        }

        return method.Parameters.FirstOrDefault(parameter => parameter.Role is ParameterRole.Share) is { } weight
            ? $"{keep} give each other model no weight there:\nparameters:\n  {weight.Name}:{Entries(tensors, "0")}\n    - value: {Now(recipe, weight)}"
            : $"Leave the slice out; '{method.Name}' has no parameter that takes {what} from one model.";
    }

    private static string Entries(string[] tensors, string value) =>
        string.Concat(tensors.Select(tensor => $"\n    - filter: {tensor}\n      value: {value}"));

    private static string Now(Recipe recipe, ParameterDeclaration parameter) =>
        recipe.Parameters.FirstOrDefault(named => named.Parameter.Value == parameter)?.Setting is ScalarSetting { Value: { } value } ? value.ToString() : "…";
}
