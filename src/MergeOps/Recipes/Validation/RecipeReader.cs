using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Checks;
using MergeOps.Recipes.Composition;
using MergeOps.Recipes.Declarations;
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
        var address = RecipeAddress.Of(path);
        return SourceFile.Read(address.Path, diagnostics) is { } source
            ? Read(source, address.Variant, catalogue, diagnostics, modelsFolder: null, checkParts)
            : (null, diagnostics);
    }

    /// <summary>The recipes that a file stands for: itself, or its variants. A file that cannot be read stands for itself, and so do its mistakes.</summary>
    /// <param name="path">The file, or one of its variants, which stands for itself alone.</param>
    /// <param name="catalogue">What a recipe may name.</param>
    public static ImmutableArray<string> AddressesOf(string path, RecipeCatalogue catalogue)
    {
        var address = RecipeAddress.Of(path);
        ImmutableArray<string> names = address.Variant is null && Composer(path, catalogue) is var (composer, root) ? composer.NamesIn(root) : [];
        return names.IsEmpty ? [path] : [.. names.Select(name => new RecipeAddress(path, name).ToString())];
    }

    /// <summary>The files that a recipe extends, the nearest first, as far as they can be followed; the last one need not be there.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="catalogue">What a recipe may name.</param>
    public static ImmutableArray<string> ParentsOf(string path, RecipeCatalogue catalogue)
    {
        if (Composer(RecipeAddress.FileOf(path), catalogue) is not var (composer, root) || root is not YamlMapping own)
        {
            return [];
        }

        _ = composer.Inherited(own);
        return composer.Parents;
    }

    /// <summary>
    /// Whether a file is only there to be extended: it has keys of a recipe, and names nothing to merge, neither itself nor through
    /// what it extends; nor a merge method, unless another file extends it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="isExtended">Whether another file extends it.</param>
    /// <param name="catalogue">What a recipe may name.</param>
    public static bool IsPart(string path, bool isExtended, RecipeCatalogue catalogue) =>
        Composer(RecipeAddress.FileOf(path), catalogue) is var (composer, root)
        && root is YamlMapping { Entries: not [] } own
        && composer.Inherited(own) is { } merged
        && merged.Entries.All(entry => RecipeKeys.Top.Names.Contains(entry.Key.Text) && entry.Key.Text is not ("models" or "slices" or "modules" or "experts") && (isExtended || entry.Key.Text != "merge_method"));

    /// <summary>The recipe of a text whose path need not exist yet, or null when any finding is an error.</summary>
    /// <param name="source">The text.</param>
    /// <param name="catalogue">What a recipe may name, and what later stages demand of it.</param>
    /// <param name="diagnostics">Takes the findings.</param>
    public static (Recipe? Recipe, DiagnosticBag Diagnostics) Read(SourceText source, RecipeCatalogue catalogue, DiagnosticBag diagnostics) =>
        Read(source, variant: null, catalogue, diagnostics, modelsFolder: null, (_, _) => { });

    /// <summary>A recipe that lies beside the model that it made, and far from its evaluation's data; null when any finding is an error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="catalogue">What a recipe may name; the demands of later stages were met when it was published.</param>
    /// <param name="modelsFolder">The absolute folder where the paths of its local models start.</param>
    public static (Recipe? Recipe, DiagnosticBag Diagnostics) ReadPublished(string path, RecipeCatalogue catalogue, string modelsFolder)
    {
        var diagnostics = new DiagnosticBag();
        return SourceFile.Read(path, diagnostics) is { } source
            ? Read(source, variant: null, catalogue with { Rules = [] }, diagnostics, modelsFolder, (_, _) => { })
            : (null, diagnostics);
    }

    private static (Recipe? Recipe, DiagnosticBag Diagnostics) Read(
        SourceText source, string? variant, RecipeCatalogue catalogue, DiagnosticBag diagnostics, string? modelsFolder, Action<Recipe, DiagnosticBag> checkParts)
    {
        var documents = RecipeTree.ReadAll(source, diagnostics);
        var stages = StageOrder.NamesOf(documents, source, diagnostics);
        if (documents.IsEmpty || diagnostics.Any(finding => finding.Code == Codes.StagesAlike))
        {
            return (null, diagnostics);
        }

        var contexts = documents.Select(_ => ContextOf(source, catalogue, diagnostics, modelsFolder, stages)).ToList();
        List<Recipe> recipes = [.. documents.Select((document, index) => ReadOne(document, index, documents.Length == 1, variant, contexts[index])).OfType<Recipe>()];
        if (recipes.Count < documents.Length || StageOrder.Arrange([.. recipes], diagnostics) is not { } recipe)
        {
            return (null, diagnostics);
        }

        checkParts(recipe, diagnostics);
        if (contexts[recipe.Document] is { IsIncomplete: false, EvaluationIsWhole: true, SearchIsWhole: true })
        {
            foreach (var rule in catalogue.Rules)
            {
                rule(recipe, diagnostics);
            }
        }

        Acceptance.AfterReading(recipe, diagnostics);
        return (diagnostics.HasErrors ? null : recipe, diagnostics);
    }

    private static Recipe? ReadOne(YamlNode root, int index, bool isOnly, string? variant, ReadingContext context)
    {
        if (!isOnly && root is YamlMapping mapping && mapping.Entries.FirstOrDefault(entry => entry.Key.Text is "extends" or "variants") is { } shared)
        {
            context.NotImplemented($"'{shared.Key.Text}' is allowed only in a file with a single recipe, and this one has several. Write the keys out, or move the recipe to its own file.", shared.Key);
            return null;
        }

        // a published recipe is whole: what it would extend does not lie beside it
        var composed = context.IsPublished ? new ComposedRecipe(root, context.Source.Text) : new RecipeComposer(context).Compose(root, variant);
        if (composed is null || new TopReader(context).Read(composed.Root, composed.Text) is not { } recipe)
        {
            return null;
        }

        RecipeChecks.Run(recipe, context);
        return recipe with { Variant = composed.Variant, Parents = composed.Parents, Document = index };
    }

    private static ReadingContext ContextOf(SourceText source, RecipeCatalogue catalogue, DiagnosticBag diagnostics, string? modelsFolder, ImmutableSortedSet<string>? stages = null)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(source.Path))!;
        return new(source, folder, catalogue, File.Exists(BesideRecipe.Lock(source.Path)), diagnostics)
        {
            IsPublished = modelsFolder is not null,
            ModelsFolder = modelsFolder ?? folder,
            Stages = stages ?? [],
        };
    }

    // what is wrong with the file is told where it is read
    private static (RecipeComposer Composer, YamlNode Root)? Composer(string path, RecipeCatalogue catalogue)
    {
        DiagnosticBag unheard = [];
        return SourceFile.Read(path, unheard) is { } source && RecipeTree.Read(source, unheard) is { } root
            ? (new RecipeComposer(ContextOf(source, catalogue, unheard, modelsFolder: null)), root)
            : null;
    }
}
