using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Repository;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;

namespace MergeOps.Pipeline.Stages;

/// <summary>A recipe with the data that it is measured on.</summary>
/// <param name="Recipe">The recipe; null when any finding is an error.</param>
/// <param name="Data">Its tasks and texts, as they were found.</param>
/// <param name="Found">Every finding about the text and the data.</param>
internal sealed record RecipeWithData(Recipe? Recipe, EvaluationData Data, DiagnosticBag Found);

/// <summary>Reads a recipe with everything that this library knows: its methods, its metrics, its gates.</summary>
internal static class ReadRecipe
{
    /// <summary>The plug-ins that were found, and what an evaluation demands.</summary>
    public static RecipeCatalogue Catalogue { get; } = new(MethodCatalogue.Default)
    {
        Tasks = [.. EvaluationCatalogue.Default.Tasks],
        UsualTask = TaskKind.Usual,
        Targets = [.. TargetKind.All],
        Rules = [new EvaluationRules(EvaluationCatalogue.Default).Check],
    };

    /// <summary>The recipe, or null when any finding is an error; never the network, never a model's file.</summary>
    public static (Recipe? Recipe, DiagnosticBag Found) Run(string path) =>
        RecipeReader.Read(path, Catalogue);

    /// <summary>Reads a recipe and the small files that lie with it: every mistake of either at once.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="bounds">Where the recipe may lead; null for anywhere. Nothing beyond is opened.</param>
    /// <param name="methods">The methods that it may name; null for those of this library.</param>
    public static RecipeWithData WithData(string path, RepositoryBounds? bounds = null, MethodCatalogue? methods = null)
    {
        EvaluationData? data = null;
        var (recipe, found) = RecipeReader.ReadWithParts(path, methods is null ? Catalogue : Catalogue with { Methods = methods }, CheckParts);
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
