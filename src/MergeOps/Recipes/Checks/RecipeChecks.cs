using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>What must hold between the values of a recipe; runs on what could be read, also when some of it was refused.</summary>
internal static class RecipeChecks
{
    /// <summary>Reports every mistake at its place.</summary>
    public static void Run(Recipe recipe, ReadingContext context)
    {
        var diagnostics = context.Diagnostics;
        PostCheck.Run(recipe, context);
        if (recipe.Mixture is not null || context.Method is MixtureMethod)
        {
            // its experts may be one model, and have no parameters
            ArchitectureCheck.Run(recipe, context);
            return;
        }

        InputGroup[] groups = [.. InputGroup.Of(recipe)];
        LayerCheck.Run(groups, diagnostics);
        EmptySliceCheck.Run(recipe, context.Method, diagnostics);
        RepeatedModelCheck.Run(groups, context.Method, diagnostics);
        FilterCheck.Run(recipe, diagnostics);
        TokenizerCheck.Run(recipe, context);
        ArchitectureCheck.Run(recipe, context);
        if (context.Method is not { } method)
        {
            return;
        }

        ParameterEffectCheck.RunOnNames(method, context);
        // a misspelled name tells which parameters are meant, and not which models they need
        if (method != recipe.MergeMethod.Value)
        {
            return;
        }

        BaseModelCheck.Run(recipe, groups, method, context);
        OutputCheck.Run(recipe, method, context);
        // a module of one model takes it as it is
        groups = [.. groups.Where(group => !InputGroup.PassesThrough(group.Module, group.Inputs, method))];
        ParameterEffectCheck.RunOnBase(groups, method, context);
        ValueCheck.Run(recipe, diagnostics);
        FilterFallbackCheck.Run(groups, method, diagnostics);
        if (!context.IsIncomplete)
        {
            ModelCountCheck.Run(groups, method, context);
            CombinationCheck.Run(groups, method, diagnostics);
        }

        if (context.SearchIsWhole)
        {
            RequiredParameterCheck.Run(groups, method, diagnostics);
        }
    }
}
