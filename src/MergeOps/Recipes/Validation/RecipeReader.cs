using MergeOps.Diagnostics;
using MergeOps.Recipes.Checks;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Validation;

/// <summary>
/// Reads a recipe and finds all its mistakes in one run, each at its place. It looks at the text and at the names of
/// local folders; it never opens a model's file and never reaches the network.
/// </summary>
internal static class RecipeReader
{
    /// <summary>The recipe, or null when any finding is an error.</summary>
    /// <param name="path">The file, as the user names it.</param>
    /// <param name="catalogue">What a recipe may name, and what later stages demand of it.</param>
    public static (Recipe? Recipe, DiagnosticBag Diagnostics) Read(string path, RecipeCatalogue catalogue) =>
        ReadWithParts(path, catalogue, (_, _) => { });

    /// <summary>The recipe, or null when any finding is an error.</summary>
    /// <param name="path">The file, as the user names it.</param>
    /// <param name="catalogue">What a recipe may name, and what later stages demand of it.</param>
    /// <param name="checkParts">What later stages demand of each part by itself; sees what could be read, also where other parts were refused.</param>
    public static (Recipe? Recipe, DiagnosticBag Diagnostics) ReadWithParts(
        string path, RecipeCatalogue catalogue, Action<Recipe, DiagnosticBag> checkParts)
    {
        var diagnostics = new DiagnosticBag();
        return SourceFile.Read(path, diagnostics) is { } source ? Read(source, catalogue, diagnostics, modelsFolder: null, checkParts) : (null, diagnostics);
    }

    /// <summary>The recipe of a text whose path need not exist yet, or null when any finding is an error.</summary>
    /// <param name="source">The text.</param>
    /// <param name="catalogue">What a recipe may name, and what later stages demand of it.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static (Recipe? Recipe, DiagnosticBag Diagnostics) Read(SourceText source, RecipeCatalogue catalogue, DiagnosticBag diagnostics) =>
        Read(source, catalogue, diagnostics, modelsFolder: null, (_, _) => { });

    /// <summary>A recipe that lies beside the model that it made, and far from its evaluation's data; null when any finding is an error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="catalogue">What a recipe may name; the demands of later stages were met when it was published.</param>
    /// <param name="modelsFolder">The absolute folder where the paths of its local models start.</param>
    public static (Recipe? Recipe, DiagnosticBag Diagnostics) ReadPublished(string path, RecipeCatalogue catalogue, string modelsFolder)
    {
        var diagnostics = new DiagnosticBag();
        return SourceFile.Read(path, diagnostics) is { } source
            ? Read(source, catalogue with { Rules = [] }, diagnostics, modelsFolder, (_, _) => { })
            : (null, diagnostics);
    }

    private static (Recipe? Recipe, DiagnosticBag Diagnostics) Read(
        SourceText source, RecipeCatalogue catalogue, DiagnosticBag diagnostics, string? modelsFolder, Action<Recipe, DiagnosticBag> checkParts)
    {
        SecretScan.Run(source, diagnostics);
        if (ReadTree(source, diagnostics) is not { } root)
        {
            return (null, diagnostics);
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(source.Path))!;
        var context = new ReadingContext(source, folder, catalogue, File.Exists(Path.ChangeExtension(source.Path, ".lock.yml")), diagnostics)
        {
            IsPublished = modelsFolder is not null,
            ModelsFolder = modelsFolder ?? folder,
        };
        if (new TopReader(context).Read(root) is not { } recipe)
        {
            return (null, diagnostics);
        }

        RecipeChecks.Run(recipe, context);
        checkParts(recipe, diagnostics);
        if (!context.IsIncomplete && context.EvaluationIsWhole)
        {
            foreach (var rule in catalogue.Rules)
            {
                rule(recipe, diagnostics);
            }
        }

        Acceptance.AfterReading(recipe, diagnostics);
        return (diagnostics.HasErrors ? null : recipe, diagnostics);
    }

    private static YamlNode? ReadTree(SourceText source, DiagnosticBag diagnostics)
    {
        if (ConflictMarker.Find(source) is { } marker)
        {
            diagnostics.Error(Codes.NotYaml, "There is an unresolved git conflict in the recipe. Choose one of the two sides.", marker);
            return null;
        }

        var errorsBefore = diagnostics.Count(diagnostic => diagnostic.Severity is Severity.Error);
        var path = TerminalText.Escape(source.Path);
        var root = YamlTreeReader.Read(source, diagnostics, $"Run 'mergeops import {(path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path)}', which writes them out.");
        if (root is not null && !CoreSchema.IsNull(root))
        {
            return root;
        }

        if (diagnostics.Count(diagnostic => diagnostic.Severity is Severity.Error) == errorsBefore)
        {
            diagnostics.Error(
                Codes.KeyMissing,
                "The file is empty. A recipe needs 'merge_method' and one of 'models', 'slices', 'modules'.",
                source.Span(0, 0));
        }

        return null;
    }
}
