using System.Collections.Immutable;
using MergeOps.Analysis.Gates;
using MergeOps.Diagnostics;
using MergeOps.Evaluation.Contract;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Gates;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Repository;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using MergeOps.Search;
using MergeOps.Search.Contract;
using MergeOps.Sources;

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
        Searchers = [.. SearcherCatalogue.All],
        Rules = [HubFile.Check, new EvaluationRules(EvaluationCatalogue.Default).Check, ModelsGateRules.Check, new SearchRules(EvaluationCatalogue.Default).Check],
    };

    /// <summary>The recipe, or null when any finding is an error; never the network, never a model's file.</summary>
    public static (Recipe? Recipe, DiagnosticBag Found) Run(string path) =>
        RecipeReader.Read(path, Catalogue);

    /// <summary>The recipes that a file stands for: itself, or its variants as <c>FILE#VARIANT</c>.</summary>
    public static ImmutableArray<string> AddressesOf(string path) => RecipeReader.AddressesOf(path, Catalogue);

    /// <summary>Whether a file is only there to be extended by others.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isExtended">Whether another file extends it.</param>
    public static bool IsPart(string path, bool isExtended) => RecipeReader.IsPart(path, isExtended, Catalogue);

    /// <summary>The files that a recipe extends, also where it has mistakes.</summary>
    public static ImmutableArray<string> ParentsOf(string path) => RecipeReader.ParentsOf(path, Catalogue);

    /// <summary>All recipes of a file, which share a lock; none when any of them has an error.</summary>
    /// <param name="path">The file, or one of its variants.</param>
    /// <param name="found">Takes every finding about them.</param>
    public static ImmutableArray<Recipe> Family(string path, DiagnosticBag found)
    {
        var addresses = AddressesOf(RecipeAddress.FileOf(path));
        var read = addresses.Select(Run).ToList();
        found.AddAll(VariantFindings.Of(addresses.Zip(read, (address, each) => (RecipeAddress.Of(address).Variant, each.Found))));

        return found.HasErrors ? [] : [.. read.Select(each => each.Recipe!)];
    }

    /// <summary>Reads a recipe and the small files that lie with it: every mistake of either at once.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="bounds">Where the recipe may lead; null for anywhere. Nothing beyond is opened.</param>
    /// <param name="methods">The methods that it may name; null for those of this library.</param>
    /// <param name="withCalibration">Whether calibration data are looked at, too: a merge does without them.</param>
    public static RecipeWithData WithData(string path, RepositoryBounds? bounds = null, MethodCatalogue? methods = null, bool withCalibration = false)
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

            if (withCalibration)
            {
                CheckCalibration.Run(read, data ?? EvaluationData.None, diagnostics);
            }

            if (read.Search is not null)
            {
                SearchRules.CheckDisjoint(read, ChosenNumbers.ItemsOf(read, diagnostics), data ?? EvaluationData.None, diagnostics);
            }
        }
    }
}
