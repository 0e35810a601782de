using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Pipeline.Repository;
using MergeOps.Publishing;
using MergeOps.Publishing.Signing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Which paths of a version are free for derived files: beside a model those that no loader takes for its own, on any system.
/// Remembers each path that it allowed, so that no two of them are the same.
/// </summary>
internal sealed class DerivedNames
{
    // at the top of a model, files of these endings are weights, settings, vocabularies, templates or code to somebody's loader
    private static readonly string[] OfLoaders =
        [".json", ".py", ".bin", ".pt", ".pth", ".pkl", ".ckpt", ".h5", ".msgpack", ModelFileNames.TemplateEnding, ".model", ".txt", ".tiktoken"];

    private readonly bool isBesideModel;
    private readonly HashSet<string> own = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> folders = new(["additional_chat_templates"], StringComparer.OrdinalIgnoreCase);

    // as systems compare names that do not tell upper case from lower case
    private readonly Dictionary<string, (string Spelled, bool IsFolder)> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The free paths beside a model.</summary>
    /// <param name="model">The paths of the model's own files.</param>
    public DerivedNames(IEnumerable<string> model)
        : this(isBesideModel: true)
    {
        foreach (var path in model.Concat(PublicationFiles.Own).Concat([PublicationFiles.Lock, PublicationFiles.Chosen, MergeManifest.FileName]))
        {
            own.Add(path);
            if (path.Contains('/', StringComparison.Ordinal))
            {
                folders.Add(path.Split('/')[0]);
            }
        }
    }

    private DerivedNames(bool isBesideModel)
    {
        this.isBesideModel = isBesideModel;
        own.UnionWith([ModelFileNames.Card, PublicationManifest.FileName, ModelSignature.FileName]);
    }

    /// <summary>The free paths in a place of their own.</summary>
    public static DerivedNames Alone() => new(isBesideModel: false);

    /// <summary>The free paths beside a merged model.</summary>
    /// <param name="folder">The model's folder.</param>
    public static DerivedNames Beside(string folder) => new(MergeManifest.Find(folder)?.Files.Keys ?? []);

    /// <summary>Why a file cannot have a path, as a sentence; null where it can, and then has it.</summary>
    /// <param name="derived">The entry of the recipe.</param>
    /// <param name="path">The path in the version.</param>
    public string? Objection(DerivedSettings derived, string path)
    {
        var quoted = TerminalText.Quoted(path);
        return PortablePath.Objection(path) is { } objection ? $"{quoted}: {objection}"
            : !new FilePattern(derived.Files).Matches(path) ? $"{quoted} is not one of {TerminalText.Quoted(derived.Files)}."
            : isBesideModel && IsOfSafetensors(path) ? $"{quoted} is a name of safetensors weights, and in a version those are the model itself. Give other weights a place of their own with 'to'."
            : !isBesideModel && IsTaken(path) ? $"{quoted} is a hidden name, or one of the files that a publication writes itself. Give it another name."
            : isBesideModel && IsOfModel(path) ? $"{quoted} is a name of the model's own files, or one that loaders mistake for them. Give it a folder of its own, such as {TerminalText.Quoted($"derived/{path.Split('/')[^1]}")}."
            : Clash(path);
    }

    private static bool IsOfSafetensors(string path) =>
        path.EndsWith(ModelFileNames.WeightsEnding, StringComparison.OrdinalIgnoreCase) || path.EndsWith(ModelFileNames.IndexEnding, StringComparison.OrdinalIgnoreCase);

    private bool IsTaken(string path) => path[0] == '.' || own.Contains(path.Split('/')[0]);

    private bool IsOfModel(string path)
    {
        var top = path.Split('/')[0];
        return IsTaken(path)
            || folders.Contains(top)
            || (top == path && Array.Exists(OfLoaders, ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
    }

    // what is in the way, else the path and its folders are taken
    private string? Clash(string path)
    {
        List<(string Name, bool IsFolder)> names = [(path, false)];
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            names.Add((path[..slash], true));
        }

        foreach (var (name, isFolder) in names)
        {
            if (taken.TryGetValue(name, out var there) && !(isFolder && there == (name, true)))
            {
                return there.Spelled != name ? $"{TerminalText.Quoted(name)} and {TerminalText.Quoted(there.Spelled)} are the same name on systems that ignore case. Rename one of them."
                    : isFolder == there.IsFolder ? $"{TerminalText.Quoted(name)} is derived twice. Give one of the two files another name."
                    : $"{TerminalText.Quoted(name)} is a file, and a folder of another derived file. Rename one of them.";
            }
        }

        foreach (var (name, isFolder) in names)
        {
            taken[name] = (name, isFolder);
        }

        return null;
    }
}
