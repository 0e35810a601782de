using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>A method that needs a base has one; a base that a method does not use says so.</summary>
internal static class BaseModelCheck
{
    public static void Run(Recipe recipe, IReadOnlyCollection<InputGroup> groups, MergeMethod method, ReadingContext context)
    {
        var lacksBase = groups.Count == 0 ? recipe.BaseModel is null : groups.Any(group => group.Base is null);
        if (method.BaseModel is BaseModelRule.Required && lacksBase && !context.BaseModelWasRefused)
        {
            context.Error(
                Codes.BaseModelMissing,
                $"'{method.Name}' needs 'base_model': the model that the others were fine-tuned from.",
                recipe.MergeMethod.Span);
        }

        if (method.BaseModel is BaseModelRule.Unused && !context.IsIncomplete && recipe.Output is null)
        {
            WarnOfUnused(recipe, groups, method, context.Diagnostics);
        }
    }

    private static void WarnOfUnused(Recipe recipe, IReadOnlyCollection<InputGroup> groups, MergeMethod method, DiagnosticBag diagnostics)
    {
        if (recipe.BaseModel is { } donor && !groups.SelectMany(group => group.Inputs).Any(input => input.Model.Value == donor.Value))
        {
            diagnostics.Warning(
                Codes.BaseModelUnused,
                $"'{method.Name}' has no base: {TerminalText.Quoted(donor.Value.ToString())} gives config and tokenizer only.",
                donor.Span);
        }

        foreach (var group in groups)
        {
            if (group.Slice?.BaseModel is { } unused)
            {
                diagnostics.Warning(Codes.BaseModelUnused, $"'{method.Name}' has no base, so a slice's base changes nothing.", unused.Span);
            }
        }
    }
}
