using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Yaml;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>A recipe as somebody published it.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Name">What to call it here.</param>
/// <param name="Label">Where it came from, in one line without a machine's path.</param>
/// <param name="Folder">Where local paths of it start; null when that is another machine.</param>
internal sealed record ImportOrigin(ImportedText Text, string Name, string Label, string? Folder)
{

    // where mergekit, and everybody after it, puts the recipe of a published model
    private const string ConfigName = "mergekit_config";

    private static readonly string[] Configs = [ConfigName + ".yml", ConfigName + ".yaml"];

    // a model could be called so, but whoever writes it means a file
    private static readonly string[] FileKinds = [".yml", ".yaml", ".md"];

    /// <summary>A recipe, or a model card that shows one, on this machine.</summary>
    /// <exception cref="MergeOpsException">It cannot be read, or shows none.</exception>
    public static ImportOrigin OfFile(string path)
    {
        var found = new DiagnosticBag();
        var source = SourceFile.Read(path, found) ?? throw new MergeOpsException(found.First());
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var name = Path.GetFileNameWithoutExtension(path);
        var isCard = Path.GetExtension(path).Equals(".md", StringComparison.OrdinalIgnoreCase);
        return new ImportOrigin(
            TextOf(source, isCard),
            isCard || name == ConfigName ? Path.GetFileName(folder) : name,
            Path.GetFileName(path),
            folder);
    }

    /// <summary>The recipe of a model that lies in a folder.</summary>
    /// <exception cref="MergeOpsException">It shows none, or it cannot be read.</exception>
    public static ImportOrigin OfFolder(string folder) => Configs.Append(ModelFileNames.Card).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } file
        ? OfFile(file)
        : throw new MergeOpsException(Codes.NothingToImport, $"It is a folder that has neither {Configs[0]} nor a model card.", SourceSpan.File(folder));

    /// <summary>The recipe of a published model.</summary>
    /// <param name="reference"><c>owner/name[@revision]</c>.</param>
    /// <param name="hub">Where to look.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The model cannot be asked for, or shows no recipe.</exception>
    public static async Task<ImportOrigin> OfRepositoryAsync(string reference, HubConnection hub, CancellationToken cancellation)
    {
        var (text, revision) = reference.Split('@', 2) is [var before, var after] ? (before, after) : (reference, null);
        var name = FileKinds.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase) ? null : RepositoryName.TryParse(text);
        if (name is null)
        {
            throw new MergeOpsException(
                Codes.NothingToImport, $"{TerminalText.Quoted(reference)} is neither a file here nor a model on the Hub ('owner/name[@revision]').");
        }

        var info = await hub.Repositories.InfoAsync(name, revision, cancellation);
        var commit = await hub.Repositories.FilesAsync(name, info.Commit, cancellation);
        var path = commit.Paths.FirstOrDefault(Configs.Contains) ?? commit.Find(ModelFileNames.Card)?.Path
            ?? throw new MergeOpsException(Codes.NothingToImport, $"'{name}' at {info.Commit[..12]} has neither {Configs[0]} nor a model card.");
        var found = new DiagnosticBag();
        var content = await commit.ReadWholeAsync(path, YamlLimits.FileBytes, cancellation);
        var source = SourceFile.Decode(commit.Describe(path), content, found) ?? throw new MergeOpsException(found.First());
        return new ImportOrigin(TextOf(source, path == ModelFileNames.Card), name.Name, $"{name}@{info.Commit}, {path}", Folder: null);
    }

    private static ImportedText TextOf(SourceText source, bool isCard)
    {
        var text = ImportedText.Of(source);
        return !isCard ? text : CardRecipe.Find(text) ?? throw new MergeOpsException(
            Codes.NothingToImport, "No block of the card holds a 'merge_method:'.", SourceSpan.File(source.Path));
    }
}
