using System.Collections.Immutable;
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
        var parents = Parents.Of(planned.Plan).Averaged;
        if (parents.Length < 2)
        {
            whyNot = "the recipe merges one model";
            return null;
        }

        var found = new DiagnosticBag();
        var average = PlanMerge.Run(environment, Average(planned, parents), planned.Lock, found);
        whyNot = found.FirstOrDefault(diagnostic => diagnostic.Severity is Severity.Error) is { } error
            ? $"{error.Code.Summary}. {error.Detail}"
            : null;
        return average;
    }

    private static Recipe Average(PlannedRecipe planned, ImmutableArray<int> parents)
    {
        var here = planned.Recipe.MergeMethod.Span;
        var references = ReferencedModels.Of(planned.Recipe);
        var one = new NamedSetting(new Located<ParameterDeclaration>(Linear.Weight, here), new ScalarSetting(ParameterValue.Of(1), here));
        return planned.Recipe with
        {
            MergeMethod = new Located<MergeMethod>(new Linear(), here),
            Modules = [new RecipeModule(null, [.. parents.Select(parent => new RecipeInput(references.First(known => known.Value == planned.Plan.Models[parent].Reference), null, [one], here))], [], [], here)],
            Parameters = [],
            Output = null,
        };
    }
}
