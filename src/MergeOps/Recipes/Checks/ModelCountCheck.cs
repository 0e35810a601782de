using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>Each group has as many models as the method takes.</summary>
internal static class ModelCountCheck
{
    public static void Run(IReadOnlyCollection<InputGroup> groups, MergeMethod method, ReadingContext context)
    {
        foreach (var group in groups.Where(group => (group.Base is not null || method.BaseModel is not BaseModelRule.Required)))
        {
            RecipeInput[] models = [.. group.ModelsFor(method)];
            if (models.Length > method.MaxModels)
            {
                context.Error(
                    Codes.ModelCount, $"{Takes(method)} This is number {method.MaxModels + 1}.{RepetitionHint(models, method)}{BaseHint(group, method)}", models[method.MaxModels].Model.Span);
            }
            else if (models.Length < method.MinModels)
            {
                var hint = BaseAlone.Is(group, method) ? $" {BaseAlone.Instead(groups, group, method, context.Methods)}" : "";
                context.Error(Codes.ModelCount, $"{Takes(method)} Here {(models.Length == 1 ? "is" : "are")} {models.Length}.{hint}", group.Span);
            }
        }
    }

    private static string Takes(MergeMethod method)
    {
        var count = method.MinModels == method.MaxModels ? $"exactly {method.MinModels}" : $"{method.MinModels} or more";
        var noun = method is { MinModels: 1, MaxModels: 1 } ? "model" : "models";
        return method.BaseModel is BaseModelRule.Required
            ? $"'{method.Name}' merges {count} {noun} into the base."
            : $"'{method.Name}' merges {count} {noun}.";
    }

    private static string RepetitionHint(RecipeInput[] models, MergeMethod method) =>
        models.DistinctBy(input => (input.Model.Value, input.LayerRange?.Value)).Count() <= method.MaxModels
            ? $" {TerminalText.Quoted(models[method.MaxModels].Model.Value.ToString())} is already listed on line {models[0].Model.Span.Line}: list it once."
            : "";

    private static string BaseHint(InputGroup group, MergeMethod method) =>
        method.BaseModel is BaseModelRule.Required && group.Base is { } known && !group.Inputs.Any(input => group.IsBase(input, method))
            ? $" The base, {TerminalText.Quoted(known.Value.ToString())}, is not one of those listed."
            : "";
}
