using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>A recipe's models as vectors that can be compared, whatever its method does with them: all of them, with the base where it names one.</summary>
internal static class ComparedVectors
{
    /// <summary>Plans every model's tensors side by side, by the recipe's lock; null when errors went into the bag.</summary>
    /// <exception cref="MergeOpsException">A file cannot be read.</exception>
    public static PlannedRecipe? Plan(HostEnvironment environment, PlannedRecipe planned, DiagnosticBag diagnostics)
    {
        var recipe = planned.Recipe;
        if (recipe.Output is { } output)
        {
            diagnostics.Error(
                Codes.TensorsNotComparable,
                "The recipe writes an adapter, whose factors have nothing in common with the models' tensors. Analyze a copy of the recipe without 'output:'; it shows what the models learned, and their merge in the full space.",
                output.Span);
            return null;
        }

        if (recipe.Modules.SelectMany(module => module.Slices).FirstOrDefault(slice => slice.Sources.Length == 1) is { } lone && recipe.BaseModel is null)
        {
            diagnostics.Error(Codes.TensorsNotComparable, "This slice takes its layers from a single model, so there is nothing to compare them with. An analysis needs a 'base_model', or several models for each layer.", lone.Span);
            return null;
        }

        var found = new DiagnosticBag();
        var vectors = PlanMerge.Run(environment, SideBySide(recipe), planned.Lock, found);
        diagnostics.AddAll(found.Where(diagnostic => diagnostic.Severity is Severity.Error));

        return vectors;
    }

    private static Recipe SideBySide(Recipe recipe)
    {
        var here = recipe.MergeMethod.Span;
        MergeMethod method = recipe.BaseModel is null ? new Linear() : new TaskArithmetic();
        var weight = method.Parameters.First(parameter => parameter.Name == Linear.Weight.Name);

        // any weight but 1: a merge that equals its only model would be a copy, with nothing beside it
        var half = new NamedSetting(new Located<ParameterDeclaration>(weight, here), new ScalarSetting(ParameterValue.Of(0.5), here));
        return recipe with
        {
            MergeMethod = new Located<MergeMethod>(method, here),
            Modules =
            [
                .. recipe.Modules.Select(module => module with
                {
                    Models = Plain(module.Models),
                    Slices = [.. module.Slices.Select(slice => slice with { Sources = Plain(slice.Sources), Parameters = [] })],
                    Parameters = [],
                }),
            ],
            Parameters = [],
        };

        ImmutableArray<RecipeInput> Plain(ImmutableArray<RecipeInput> inputs) => [.. inputs.Select(input => input with { Parameters = [half] })];
    }
}
