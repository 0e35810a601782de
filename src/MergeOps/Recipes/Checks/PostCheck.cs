using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>Post-processors change what a merge adds to a base, so there is one.</summary>
internal static class PostCheck
{
    public static void Run(Recipe recipe, ReadingContext context)
    {
        if (recipe.Post is not [var first, ..] || context.Method is not { } method || method != recipe.MergeMethod.Value)
        {
            return;
        }

        var place = first.Processor.Span;
        if (method is MixtureMethod)
        {
            context.Error(Codes.KeyMisplaced, "A mixture of experts merges nothing that post-processors could change. Leave 'post' out; a stage that merges can have it.", place);
        }
        else if (method.BaseModel is BaseModelRule.Unused)
        {
            context.Error(
                Codes.KeyMisplaced, $"Post-processors change what a merge adds to a base, and '{method.Name}' uses none. Write 'merge_method: task_arithmetic' with a 'base_model', or leave 'post' out.", place);
        }
        else if (recipe.BaseModel is null && !context.BaseModelWasRefused && recipe.Modules.All(module => module.Slices.All(slice => slice.BaseModel is null)))
        {
            context.Error(Codes.KeyMisplaced, "Post-processors change what a merge adds to a base. Add 'base_model', or leave 'post' out.", place);
        }
    }
}
