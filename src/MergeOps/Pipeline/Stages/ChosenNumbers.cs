using MergeOps.Diagnostics;
using MergeOps.Evaluation.Data;
using MergeOps.Recipes;
using MergeOps.Search;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Puts the numbers that a search chose into a recipe, from the file beside it.</summary>
internal static class ChosenNumbers
{
    /// <summary>The recipe with its numbers and the file that holds them; the recipe as it is where it searches nothing; null when errors went into the bag.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="locked">Its lock, or null.</param>
    /// <param name="found">Takes the errors.</param>
    public static (Recipe Recipe, ChosenValues? Chosen)? Apply(Recipe recipe, LockedRecipe? locked, DiagnosticBag found)
    {
        if (recipe.Search is not { Chosen: null } search)
        {
            return (recipe, null);
        }

        var path = BesideRecipe.Chosen(recipe.Address.ToString());
        if (!File.Exists(path))
        {
            found.Error(
                Codes.NotChosenYet,
                $"{string.Join(", ", search.Parameters.Select(searched => $"'{searched.Words}'"))} {(search.Parameters.Length == 1 ? "is" : "are")} searched, and there is no {TerminalText.Quoted(Path.GetFileName(path))}. Run {CommandFor(recipe)} and commit the file that it writes.",
                search.Span);
            return null;
        }

        try
        {
            var chosen = ChosenValues.Read(path, PlainFile.ReadText(path).Replace("\r\n", "\n", StringComparison.Ordinal));
            if (Staleness(recipe, locked, chosen) is { } why)
            {
                found.Error(Codes.ChosenStale, $"{why} Run {CommandFor(recipe)} again.", SourceSpan.File(path));
                return null;
            }

            return (SearchSpace.At(recipe, chosen.Values, _ => SourceSpan.File(path)) with { Search = search with { Chosen = chosen.Digest } }, chosen);
        }
        catch (MergeOpsException unreadable)
        {
            found.Add(unreadable.Diagnostic);
            return null;
        }
    }

    /// <summary>The validation items of a recipe's search.</summary>
    /// <param name="recipe">A recipe with a search.</param>
    /// <param name="found">Takes the mistakes in them.</param>
    public static EvaluationData ItemsOf(Recipe recipe, DiagnosticBag found) =>
        EvaluationData.Read(recipe.Search!.Objective.Evaluation, recipe.Folder, found);

    // of a published recipe neither the items nor the lock's own folder are there, and its plan is compared as a whole
    private static string? Staleness(Recipe recipe, LockedRecipe? locked, ChosenValues chosen)
    {
        if (chosen.Values.Length != SearchSpace.DimensionsOf(recipe.Search!).Length)
        {
            return "The numbers were chosen in a different space.";
        }

        var learns = LearningItems.AreNeeded(recipe.Search!);
        var hasItems = recipe.Search!.Objective.Evaluation.DataFiles.Concat(learns ? LearningItems.FilesOf(recipe) : [])
            .All(file => !HubFileReference.IsOne(file.Value) && File.Exists(Path.GetFullPath(file.Value, recipe.Folder)));
        var now = ChosenFrom.Of(recipe, locked?.Lock, hasItems ? ItemsOf(recipe, []) : EvaluationData.None, hasItems && learns ? LearningItems.Read(recipe, hub: null, []) : []);
        return locked is null ? "The recipe has no lock, so nothing shows whether the numbers were chosen for these models."
            : now.Models != chosen.From.Models ? "The numbers were chosen for other models, or on other items on the Hub, than the lock pins now."
            : now.Space != chosen.From.Space ? "The numbers were chosen in a different space: the entries under 'search: parameters' have changed."
            : now.Recipe != chosen.From.Recipe ? "The numbers were chosen for a different merge: the method, the models or other values of the recipe have changed."
            : hasItems && now.Data != chosen.From.Data ? "The numbers were chosen on different data: the objective or its items have changed."
            : null;
    }

    private static string CommandFor(Recipe recipe) => $"`mergeops search {TerminalText.Escape(recipe.Address.ToString())}`";
}
