using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Recipes;

namespace MergeOps.Pipeline.Stages;

/// <summary>Whether the settings have the command that scores the points of a recipe's search.</summary>
internal static class SearchCommand
{
    /// <summary>An error where they have not; null where they do, and for a recipe that names none.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="known">The commands of the settings by their names; null where there are no settings.</param>
    public static Diagnostic? Objection(Recipe recipe, IReadOnlyDictionary<string, ScoringCommand>? known)
    {
        if (recipe.Search?.Objective.Command is not { } command || known?.ContainsKey(command.Value) == true)
        {
            return null;
        }

        var names = known?.Keys.Order(StringComparer.Ordinal).ToList() ?? [];
        return Diagnostic.Error(
            Codes.CommandUnknown,
            names.Count == 0
                ? $"The settings name no commands. Write '{command.Value}' with its program and arguments under 'evaluate: {{ commands: … }}' in .github/mergeops.yml, and give that file with --settings."
                : $"The settings have no command '{command.Value}'; there are {string.Join(", ", names.Select(name => $"'{name}'"))}.{NearestName.Suggestion(command.Value, names)}",
            command.Span);
    }
}
