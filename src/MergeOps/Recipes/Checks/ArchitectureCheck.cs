using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>The models whose names <c>architecture_overrides</c> gives take part.</summary>
internal static class ArchitectureCheck
{
    public static void Run(Recipe recipe, ReadingContext context)
    {
        if (context.IsIncomplete)
        {
            return;
        }

        var models = InputGroup.Of(recipe)
            .SelectMany(group => group.Models)
            .Select(model => model.Value.ToString())
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var names in recipe.Architecture.Overrides.Names.Where(names => !models.Contains(names.Model.Value)))
        {
            context.Error(
                Codes.NameUnknown,
                $"{TerminalText.Quoted(names.Model.Value)} is not one of the recipe's models.{NearestName.Suggestion(names.Model.Value, models)}",
                names.Model.Span);
        }
    }
}
