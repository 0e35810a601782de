using MergeOps.Diagnostics;
using MergeOps.Methods;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>The linear merge with equal weights of a recipe's parents: what every other method must beat to be worth its name.</summary>
internal static class PlainAverage
{
    /// <summary>Plans the average with the recipe's lock; null with the reason when these models have none.</summary>
    public static PlannedRecipe? Plan(HostEnvironment environment, PlannedRecipe planned, out string? whyNot)
    {
        var references = ReferencedModels.Of(planned.Recipe);
        List<Located<ModelReference>> parents = [.. Parents.Of(planned.Plan).Averaged.Select(model => references.First(known => known.Value == planned.Plan.Models[model].Reference))];
        if (parents.Count < 2)
        {
            whyNot = "the recipe merges one model";
            return null;
        }

        var found = new DiagnosticBag();
        var average = PlanMerge.Run(environment, Average(planned.Recipe, parents), planned.Lock, found);
        whyNot = found.FirstOrDefault(diagnostic => diagnostic.Severity is Severity.Error) is { } error
            ? $"{error.Code.Summary}. {error.Detail}"
            : null;
        return average;
    }

    private static Recipe Average(Recipe recipe, List<Located<ModelReference>> parents)
    {
        var here = recipe.MergeMethod.Span;
        var one = new NamedSetting(new Located<ParameterDeclaration>(Linear.Weight, here), new ScalarSetting(ParameterValue.Of(1), here));
        return recipe with
        {
            MergeMethod = new Located<MergeMethod>(new Linear(), here),
            Modules = [new RecipeModule(null, [.. parents.Select(parent => new RecipeInput(parent, null, [one], here))], [], [], here)],
            Parameters = [],
            Output = null,
        };
    }
}
