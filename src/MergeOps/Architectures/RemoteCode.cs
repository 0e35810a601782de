using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// Python beside a model's weights that loaders run when somebody trusts it: a model whose settings name such files does
/// not load without them.
/// </summary>
internal static partial class RemoteCode
{
    /// <summary>How the name of a Python file ends.</summary>
    public const string Ending = ".py";

    /// <summary>The key of a config that names classes in such files.</summary>
    public const string AutoMap = "auto_map";

    /// <summary>Bytes of the largest file that is searched for the names of others.</summary>
    public const int LargestFile = 4 << 20;

    private const string OtherRepository = "--";
    private const int MostFiles = 64;

    private static readonly string[] NamingFiles =
        [ModelFileNames.Config, ModelFileNames.TokenizerConfig, "processor_config.json", "preprocessor_config.json", "video_preprocessor_config.json"];

    private static readonly string[] NamingKeys = [AutoMap, "custom_pipelines"];

    /// <summary>The classes that a config names, as canonical JSON; null when it names none.</summary>
    public static string? MapIn(ModelConfig config) => config.Root[AutoMap] is JsonObject map ? CanonicalJson.Write(map) : null;

    /// <summary>Those of a model's files that may name code.</summary>
    public static IEnumerable<string> NamingAmong(IEnumerable<string> paths) =>
        paths.Where(path => path == DescriptionFiles.Modules || NamingFiles.Contains(path, StringComparer.Ordinal));

    /// <summary>Those of a model's files that may be imported: Python at the top and one folder down.</summary>
    public static IEnumerable<string> ImportableAmong(IEnumerable<string> paths) =>
        paths.Where(path => path.EndsWith(Ending, StringComparison.Ordinal) && path.Count(c => c == '/') <= 1).Take(MostFiles);

    /// <summary>The files that a model's settings name, whether or not they are there, in ordinal order.</summary>
    /// <param name="textOf">Gives the text of a file, or null.</param>
    /// <exception cref="MergeOpsException">A settings file is no JSON.</exception>
    public static ImmutableArray<string> NamedBy(Func<string, string?> textOf) =>
        [.. ClassesIn(textOf).Where(name => !name.Contains(OtherRepository, StringComparison.Ordinal)).Select(FileOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The repositories that a model's settings take code from, in ordinal order.</summary>
    /// <param name="textOf">Gives the text of a file, or null.</param>
    /// <exception cref="MergeOpsException">A settings file is no JSON.</exception>
    public static ImmutableArray<string> RepositoriesNamedBy(Func<string, string?> textOf) =>
    [
        .. ClassesIn(textOf).Where(name => name.Contains(OtherRepository, StringComparison.Ordinal))
            .Select(name => name[..name.IndexOf(OtherRepository, StringComparison.Ordinal)])
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The files that loading a model runs: those that its settings name, and what these import from beside them.</summary>
    /// <param name="paths">The model's files.</param>
    /// <param name="textOf">Gives the text of a file, or null.</param>
    /// <exception cref="MergeOpsException">A settings file is no JSON.</exception>
    public static ImmutableHashSet<string> Of(IReadOnlyCollection<string> paths, Func<string, string?> textOf)
    {
        var importable = ImportableAmong(paths).ToHashSet(StringComparer.Ordinal);
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([.. NamedBy(textOf), .. ModulesIn(textOf)]);
        while (open.TryDequeue(out var file))
        {
            if (importable.Contains(file) && found.Add(file) && textOf(file) is { } text)
            {
                foreach (var imported in ImportsOf(file, text))
                {
                    open.Enqueue(imported);
                }
            }
        }

        return found.ToImmutableHashSet(StringComparer.Ordinal);
    }

    // a type of a library that is not the model's own has no file beside it
    private static IEnumerable<string> ModulesIn(Func<string, string?> textOf) =>
        textOf(DescriptionFiles.Modules) is { } text ? SubModules.TypesIn(text).Where(type => type.Contains('.')).Select(FileOf) : [];

    private static IEnumerable<string> ClassesIn(Func<string, string?> textOf) => NamingFiles
        .SelectMany(file => textOf(file) is { } text && NamingKeys.Any(key => text.Contains(key, StringComparison.Ordinal)) ? ClassesIn(ModelJson.Parse(text, file)) : [])
        .Where(name => name.Contains('.'));

    private static IEnumerable<string> ClassesIn(JsonNode? node) => node switch
    {
        JsonObject section => section.SelectMany(entry => NamingKeys.Contains(entry.Key, StringComparer.Ordinal) ? TextsIn(entry.Value) : ClassesIn(entry.Value)),
        JsonArray list => list.SelectMany(ClassesIn),
        _ => [],
    };

    private static IEnumerable<string> TextsIn(JsonNode? node) => node switch
    {
        JsonObject section => section.SelectMany(entry => TextsIn(entry.Value)),
        JsonArray list => list.SelectMany(TextsIn),
        _ => ModelJson.Text(node) is { } text ? [text] : [],
    };

    private static string FileOf(string name) => name[..name.LastIndexOf('.')].Replace('.', '/') + Ending;

    private static IEnumerable<string> ImportsOf(string file, string text)
    {
        var folder = file.LastIndexOf('/') is >= 0 and var slash ? file[..(slash + 1)] : "";
        foreach (Match import in RelativeImport().Matches(text))
        {
            var module = import.Groups["module"].Value.Replace('.', '/');
            var names = Name().Matches(import.Groups["names"].Value).Select(match => match.Value);
            foreach (var path in module.Length == 0 ? names : names.Select(name => $"{module}/{name}").Prepend(module).Append($"{module}/__init__"))
            {
                yield return folder + path + Ending;
            }
        }
    }

    [GeneratedRegex(@"^[ \t]*from[ \t]+\.(?<module>[A-Za-z0-9_][A-Za-z0-9_.]*)?[ \t]+import[ \t]+(?<names>\([^)]{0,4000}|[^\n]{0,4000})", RegexOptions.Multiline, 10_000)]
    private static partial Regex RelativeImport();

    [GeneratedRegex("[A-Za-z0-9_]{1,200}", RegexOptions.None, 10_000)]
    private static partial Regex Name();
}
