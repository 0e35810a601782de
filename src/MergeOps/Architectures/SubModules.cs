using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// The parts of a model of sentence-transformers, as its <c>modules.json</c> and routers name them; each may have weights
/// in a folder of its own.
/// </summary>
internal static class SubModules
{
    /// <summary>Which modules a router sends its inputs through.</summary>
    public const string RouterFile = "router_config.json";

    private const string OlderRouterFile = ModelFileNames.Config;

    // classes of sentence-transformers that save weights into their folder, whatever their settings
    private static readonly string[] KindsWithWeights = ["Transformer", "Dense", "LayerNorm", "CNN", "LSTM", "WeightedLayerPooling", "WordEmbeddings", "StaticEmbedding"];

    private static readonly string[] RouterKeys = ["structure", "types"];

    /// <summary>The folders of the modules, in the order of their work; the model's own folder is none of them.</summary>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    /// <exception cref="MergeOpsException">A file that names them is no such file.</exception>
    public static ImmutableArray<string> In(Func<string, string?> textOf)
    {
        if (textOf(DescriptionFiles.Modules) is not { } text)
        {
            return [];
        }

        var entries = ModelJson.Parse(text, DescriptionFiles.Modules) as JsonArray
            ?? throw new MergeOpsException(Codes.ConfigUnreadable, $"{DescriptionFiles.Modules} is not a list.");
        var paths = TextsAt(entries, "path").Select(path => Normal(path, DescriptionFiles.Modules)).ToList();
        return [.. paths.SelectMany(path => RoutesOf(path, textOf).Prepend(path)).Where(path => path.Length > 0).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The types of the modules as the file writes them; the last part of a dotted name is the class.</summary>
    public static ImmutableArray<string> TypesIn(string text) =>
        ModelJson.Parse(text, DescriptionFiles.Modules) is JsonArray entries ? [.. TextsAt(entries, "type")] : [];

    /// <summary>Those of the modules that have weights among a model's files.</summary>
    public static ImmutableArray<string> WithWeights(IReadOnlyCollection<string> paths, Func<string, string?> textOf)
    {
        var modules = In(textOf);
        // of a router and the modules behind it, those that the files lie in
        var owners = paths.Where(HoldsWeights)
            .Select(path => modules.Where(module => path.StartsWith(module + "/", StringComparison.Ordinal)).MaxBy(module => module.Length))
            .ToHashSet(StringComparer.Ordinal);
        return [.. modules.Where(owners.Contains)];
    }

    /// <summary>The modules of a kind that has weights whose folders hold none: such a model cannot be loaded.</summary>
    /// <param name="paths">The model's files.</param>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    /// <exception cref="MergeOpsException">A file that names them is no such file.</exception>
    public static ImmutableArray<(string Folder, string Kind)> WithoutWeights(IReadOnlyCollection<string> paths, Func<string, string?> textOf) =>
        textOf(DescriptionFiles.Modules) is { } text && ModelJson.Parse(text, DescriptionFiles.Modules) is JsonArray entries
            ? [.. entries.OfType<JsonObject>()
                .Select(module => (Folder: Normal(ModelJson.Text(module["path"]) ?? "", DescriptionFiles.Modules), Kind: ModelJson.Text(module["type"])?.Split('.')[^1] ?? ""))
                .Where(module => module.Folder.Length > 0 && KindsWithWeights.Contains(module.Kind))
                .Where(module => !paths.Any(path => path.StartsWith(module.Folder + "/", StringComparison.Ordinal) && HoldsWeights(path)))]
            : [];

    /// <summary>Whether a file holds weights, whatever its format.</summary>
    public static bool HoldsWeights(string path) =>
        CheckpointLayout.IsWeights(path)
        || (ForeignContent.RecogniseName(path)?.Code == Codes.PickleRefused && !ForeignContent.IsTrainingState(Path.GetFileName(path)));

    private static IEnumerable<string> RoutesOf(string path, Func<string, string?> textOf)
    {
        var inside = path.Length == 0 ? "" : path + "/";
        // the config of the model itself is no router's
        var text = textOf(inside + RouterFile) ?? (path.Length == 0 ? null : textOf(inside + OlderRouterFile));
        return text is null || ModelJson.Parse(text, inside + RouterFile) is not JsonObject router ? []
            : RouterKeys.SelectMany(key => router[key] switch
            {
                JsonObject routes when key == "structure" => routes.SelectMany(route => route.Value as JsonArray ?? []).Select(ModelJson.Text).OfType<string>(),
                JsonObject types => types.Select(type => type.Key),
                _ => [],
            }).Select(module => inside + Normal(module, inside + RouterFile));
    }

    private static IEnumerable<string> TextsAt(JsonArray entries, string key) =>
        entries.OfType<JsonObject>().Select(module => ModelJson.Text(module[key])).OfType<string>();

    private static string Normal(string path, string file)
    {
        var plain = path.Replace('\\', '/');
        plain = plain.StartsWith('/') ? plain : plain.TrimEnd('/');
        plain = plain == "." ? "" : plain.StartsWith("./", StringComparison.Ordinal) ? plain[2..] : plain;
        return plain.Length > 0 && PortablePath.Objection(plain) is { } objection
            ? throw new MergeOpsException(Codes.ConfigUnreadable, $"{file} names {TerminalText.Quoted(path)}: {objection}")
            : plain;
    }
}
