using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>The recipe that a model carries, in a file or in its card, and the models that it names.</summary>
/// <param name="Text">The recipe's text.</param>
/// <param name="Label">Where it stands.</param>
/// <param name="Folder">Where local paths of it start.</param>
/// <param name="Models">The models that it names, local ones as absolute paths.</param>
internal sealed record CarriedRecipe(string Text, string Label, string Folder, IReadOnlyList<string> Models)
{
    private const string Stem = "recipe";

    // metadata of large models list many tensors
    private const int LargestFile = 64 << 20;

    private static readonly EnumerationOptions WithHidden = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1, AttributesToSkip = FileAttributes.None };

    /// <summary>What it is called when it is planned.</summary>
    public const string File = Stem + ".yml";

    /// <summary>Files that belong beside it, such as its lock, by their paths there.</summary>
    public ImmutableArray<(string Path, byte[] Bytes)> Beside { get; private init; } = [];

    /// <summary>Finds it; null where the model carries none.</summary>
    /// <param name="model">A folder, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="modelsFolder">Where local paths of it start; null for the model's folder, else the current one.</param>
    /// <param name="hub">Where to look.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The model cannot be asked for, or its recipe cannot be read.</exception>
    public static async Task<CarriedRecipe?> FindAsync(string model, string? modelsFolder, HubConnection hub, CancellationToken cancellation)
    {
        Func<string, DiagnosticBag, SourceText?> textIn;
        ImmutableArray<(string, byte[])> beside = [];
        string label;
        if (await PublishedAsync(model, hub, cancellation) is { } published)
        {
            label = PublicationFiles.Recipe;
            textIn = (folder, found) => SourceFile.Decode(Path.Combine(folder, File), published[PublicationFiles.Recipe], found);
            beside = [.. published.Where(file => PublicationFiles.IsOfLock(file.Key)).Select(file => (NameOf(file.Key), file.Value))];
        }
        else
        {
            ImportOrigin origin;
            try
            {
                origin = Directory.Exists(model) ? ImportOrigin.OfFolder(model) : await ImportOrigin.OfRepositoryAsync(model, hub, cancellation);
            }
            catch (MergeOpsException none) when (none.Diagnostic.Code == Codes.NothingToImport)
            {
                return null;
            }

            label = origin.Label;
            textIn = (folder, found) => Aliases.WriteOut(origin.Text.At(Path.Combine(folder, File)), found).Now;
        }

        // nobody says from where its paths lead; the first place where they lead to models is the one
        Diagnostic? mistake = null;
        foreach (var folder in modelsFolder is null ? new[] { Directory.Exists(model) ? model : ".", "." }.Select(Path.GetFullPath).Distinct() : [Path.GetFullPath(modelsFolder)])
        {
            var found = new DiagnosticBag();
            if (textIn(folder, found) is { } source && RecipeReader.Read(source, ReadRecipe.Catalogue with { Rules = [] }, found).Recipe is { } recipe)
            {
                var references = recipe.Documents.SelectMany(document => ReferencedModels.Of(document)).Select(reference => reference.Value).Where(reference => !reference.IsStage).Distinct();
                return new(source.Text, label, folder, [.. references.Select(reference => reference.NameFrom(folder))]) { Beside = beside };
            }

            mistake ??= found.FirstOrDefault(finding => finding.Severity is Severity.Error);
        }

        throw new MergeOpsException(
            Codes.NothingToAudit,
            $"The recipe in {label} cannot be read: {mistake?.Code.Summary}. {mistake?.Detail} Say with --models where its local paths start, or name candidates with --parents.");
    }

    /// <summary>The models that a card names as those that a model was made of.</summary>
    /// <param name="model">A folder, or <c>owner/name[@revision]</c> on the Hub.</param>
    /// <param name="hub">Where to look.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The card names none.</exception>
    public static async Task<IReadOnlyList<string>> BaseModelsAsync(string model, HubConnection hub, CancellationToken cancellation)
    {
        var parts = model.Split('@', 2);
        var card = Directory.Exists(model) ? CardFrontMatter.In(model)
            : RepositoryName.TryParse(parts[0]) is { } name ? CardFields.Of((await hub.Repositories.InfoAsync(name, parts.ElementAtOrDefault(1), cancellation)).CardData)
            : CardFields.None;
        return card.BaseModels.IsEmpty
            ? throw new MergeOpsException(Codes.NothingToAudit, $"{TerminalText.Quoted(model)} carries no recipe, and its card names no 'base_model'. {Advice(model)}")
            : card.BaseModels;
    }

    // a merge leaves its lock beside the weights, and the recipe stays where it is
    private static string Advice(string model)
    {
        var path = Path.Combine(model, PublicationFiles.Lock);
        if (!System.IO.File.Exists(path))
        {
            return "Name candidates with --parents.";
        }

        var locked = LockText.Read(path, PlainFile.ReadText(path));
        return $"Its {PublicationFiles.Lock} pins {NameList.Of([.. locked.Models.Select(entry => entry.Location)])}, but does not say how they were merged: the recipe is put beside the weights when they are published. Name these models with --parents, their paths from the current folder, or copy the recipe into the model's folder as {PublicationFiles.Recipe} and say with --models where its paths start.";
    }

    private static string NameOf(string file) => file switch
    {
        PublicationFiles.Lock => BesideRecipe.Lock(File),
        PublicationFiles.Chosen => BesideRecipe.Chosen(File),
        _ => file,
    };

    // what this program published has its recipe and lock beside the weights; null for all else
    private static async Task<IReadOnlyDictionary<string, byte[]>?> PublishedAsync(string model, HubConnection hub, CancellationToken cancellation)
    {
        if (Directory.Exists(model))
        {
            return System.IO.File.Exists(Path.Combine(model, PublicationFiles.Recipe))
                ? new DirectoryInfo(model).EnumerateFiles("*", WithHidden).Select(file => Path.GetRelativePath(model, file.FullName).Replace('\\', '/')).Where(IsOfRecipe).ToDictionary(path => path, path => PlainFile.Read(Path.Combine(model, path)), StringComparer.Ordinal)
                : null;
        }

        var parts = model.Split('@', 2);
        if (RepositoryName.TryParse(parts[0]) is not { } name)
        {
            return null;
        }

        var info = await hub.Repositories.InfoAsync(name, parts.ElementAtOrDefault(1), cancellation);
        var commit = await hub.Repositories.FilesAsync(name, info.Commit, cancellation);
        if (commit.Find(PublicationFiles.Recipe) is null)
        {
            return null;
        }

        Dictionary<string, byte[]> read = new(StringComparer.Ordinal);
        foreach (var path in commit.Paths.Where(IsOfRecipe))
        {
            read.Add(path, await commit.ReadWholeAsync(path, LargestFile, cancellation));
        }

        return read;
    }

    private static bool IsOfRecipe(string path) => path == PublicationFiles.Recipe || PublicationFiles.IsOfLock(path);
}
