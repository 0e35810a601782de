using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Pipeline.Repository;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;

namespace MergeOps.Pipeline.Stages;

/// <summary>A recipe with the data that it is measured on.</summary>
/// <param name="Recipe">The recipe; null when any finding is an error.</param>
/// <param name="Data">Its tasks and texts, as they were found.</param>
/// <param name="Found">Every finding about the text and the data.</param>
internal sealed record ValidatedRecipe(Recipe? Recipe, EvaluationData Data, DiagnosticBag Found);

/// <summary>Reads a recipe and the small files that lie with it: every mistake of either at once, without network and models.</summary>
internal static class ValidateRecipe
{
    /// <summary>Validates.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="bounds">Where the recipe may lead; null for anywhere. Nothing beyond is opened.</param>
    public static ValidatedRecipe Run(string path, RepositoryBounds? bounds = null)
    {
        EvaluationData? data = null;
        var (recipe, found) = RecipeReader.ReadWithParts(path, ReadRecipe.Catalogue, CheckParts);
        return new(recipe, data ?? EvaluationData.None, found);

        void CheckParts(Recipe read, DiagnosticBag diagnostics)
        {
            if (bounds?.Check(read, diagnostics) == false)
            {
                return;
            }

            TargetKind.Check(read, diagnostics);
            if (read.Evaluate is { } settings)
            {
                data = EvaluationData.Read(settings, read.Folder, diagnostics);
                SampleCheck.Run(read, data, EvaluationCatalogue.Default, diagnostics);
            }
        }
    }
}
