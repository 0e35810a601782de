using MergeOps.Diagnostics;
using MergeOps.Hub;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;

namespace MergeOps.Pipeline;

/// <summary>The linear merge with equal weights of a recipe's parents: what every other method must beat to be worth its name.</summary>
internal static class PlainAverage
{
    private const string Method = "linear";

    /// <summary>The models that a recipe merges: all but the base, or with it when there is only one besides.</summary>
    public static IReadOnlyList<Located<ModelReference>> ParentsOf(Recipe recipe)
    {
        var all = ReferencedModels.Of(recipe);
        List<Located<ModelReference>> parents = [.. all.Where(model => model.Value != recipe.BaseModel?.Value)];
        return parents.Count > 1 ? parents : all;
    }

    /// <summary>Plans the average with the recipe's lock; null with the reason when these models have none.</summary>
    public static PlannedRecipe? Plan(PlannedRecipe planned, out string? whyNot)
    {
        var parents = ParentsOf(planned.Recipe);
        if (parents.Count < 2)
        {
            whyNot = "the recipe merges one model";
            return null;
        }

        var found = new DiagnosticBag();
        var average = PlanMerge.Run(Average(planned.Recipe, parents), planned.Lock, found);
        whyNot = found.FirstOrDefault(diagnostic => diagnostic.Severity is Severity.Error) is { } error
            ? $"{error.Code.Summary}. {error.Detail}"
            : null;
        return average;
    }

    private static Recipe Average(Recipe recipe, IReadOnlyList<Located<ModelReference>> parents)
    {
        var here = recipe.MergeMethod.Span;
        var one = new NamedSetting(new Located<string>("weight", here), new ScalarSetting(ParameterValue.Of(1), here));
        return recipe with
        {
            MergeMethod = new Located<string>(Method, here),
            Modules = [new RecipeModule(null, [.. parents.Select(parent => new RecipeInput(parent, null, [one], here))], [], [], here)],
            Parameters = [],
        };
    }
}
