using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Gates;
using MergeOps.Methods.Contract;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;

namespace MergeOps.Pipeline.Stages;

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
}
