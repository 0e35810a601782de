using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Composition;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Evaluation.Data;

/// <summary>The keys of a task file of lm-evaluation-harness, together with those of the files that it includes.</summary>
/// <param name="root">The repository, out of which no file may lead; null where there is none.</param>
/// <param name="diagnostics">Takes the mistakes.</param>
internal sealed partial class HarnessFile(string? root, DiagnosticBag diagnostics)
{
    private const string Include = "include";
    private const int MostFiles = 16;

    private readonly Dictionary<string, YamlEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<SourceText, string> folders = [];
    private readonly HashSet<string> read = new(StringComparer.Ordinal);

    /// <summary>The entries by their keys, whichever file they stand in.</summary>
    public IReadOnlyDictionary<string, YamlEntry> Entries => entries;

    /// <summary>It and what it includes, absolute.</summary>
    public IReadOnlyCollection<string> Files => read;

    /// <summary>Reads a file and what it includes; keys that were read before win.</summary>
    /// <param name="named">How messages call it.</param>
    /// <param name="path">Where it lies.</param>
    /// <param name="bytes">What it holds.</param>
    public void Read(string named, string path, byte[] bytes)
    {
        read.Add(path);
        if (SourceFile.Decode(named, bytes, diagnostics) is not { } source)
        {
            return;
        }

        foreach (Match function in Function().Matches(source.Text))
        {
            diagnostics.Error(
                Codes.HarnessTaskUnusable,
                $"{TerminalText.Quoted(function.Groups["call"].Value.Trim())} is Python, which is not run here. Write the data as the function makes it, or measure the task with the harness ('evaluate: {{ external: … }}').",
                source.Span(function.Groups["call"].Index, function.Groups["call"].Index + function.Groups["call"].Length));
        }

        // the rest of the file is read all the same
        source = new(named, Function().Replace(source.Text, function => function.Value.Replace("!function", "         ", StringComparison.Ordinal)));
        folders[source] = Path.GetDirectoryName(path)!;
        if (YamlTreeReader.Read(source, diagnostics) is not { } tree)
        {
            return;
        }

        if (tree is not YamlMapping mapping)
        {
            diagnostics.Error(Codes.HarnessTaskUnusable, $"A task file consists of 'key: value' lines; this is {ValueReader.Describe(tree)}.", source.Span(tree.Start, tree.End));
            return;
        }

        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in mapping.Entries)
        {
            if (!own.Add(entry.Key.Text))
            {
                diagnostics.Error(Codes.HarnessTaskUnusable, $"The key '{entry.Key.Text}' occurs twice.", PlaceOf(entry.Key));
            }
            else if (entry.Key.Text != Include)
            {
                entries.TryAdd(entry.Key.Text, entry);
            }
        }

        foreach (var included in mapping.Entries.Where(entry => entry.Key.Text == Include).SelectMany(entry => entry.Value is YamlSequence list ? list.Items : [entry.Value]))
        {
            if (BytesOf(included, Include) is { } found)
            {
                Read(found.Named, found.Path, found.Bytes);
            }
        }
    }

    /// <summary>The content of a file that a value names, relative to the file in which the value stands; null, with an error, when it cannot be used.</summary>
    public (string Named, string Path, byte[] Bytes)? BytesOf(YamlNode node, string key)
    {
        if (node is not YamlScalar { Text: var written } scalar || PathOf(scalar) is not { } path)
        {
            diagnostics.Error(Codes.HarnessTaskUnusable, $"'{key}' must name a file; this is {ValueReader.Describe(node)}.", PlaceOf(node));
            return null;
        }

        if (RefusalOf(written, path, key) is { } refusal)
        {
            diagnostics.Error(Codes.HarnessTaskUnusable, refusal, PlaceOf(node));
            return null;
        }

        return EvaluationFile.Read(new(written, PlaceOf(node)), folders[node.Source!], diagnostics) is { } bytes
            ? (Path.Join(Path.GetDirectoryName(node.Source!.Path), written), path, bytes)
            : null;
    }

    /// <summary>The absolute path that a value names; null where it can be none.</summary>
    public string? PathOf(YamlScalar node) => node.Text.Length == 0 || node.Text.Any(char.IsControl) ? null : Path.GetFullPath(node.Text, folders[node.Source!]);

    /// <summary>Where a node stands.</summary>
    public static SourceSpan PlaceOf(YamlNode node) => node.Source!.Span(node.Start, node.End);

    private string? RefusalOf(string written, string path, string key) =>
        Path.IsPathRooted(written) ? $"{TerminalText.Quoted(written)} means a different place on every machine. Write a path that is relative to this file."
        : root is not null && !RepositoryRoot.Holds(root, path) ? $"{TerminalText.Quoted(written)} leads outside the repository, where others do not have the file."
        : !File.Exists(path) ? $"There is no file {TerminalText.Quoted(written)} in the folder of this file, which paths are relative to.{NearestPath.Suggestion(written, folders.Values.First())}"
        : key != Include ? null
        : read.Contains(path) ? $"{TerminalText.Quoted(written)} is included twice."
        : read.Count >= MostFiles ? $"More than {MostFiles} files include each other. Put some of them together."
        : null;

    [GeneratedRegex(@"(?m)^[^\n#]*?[:\-\[,{]\s+(?<call>!function\s+\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Function();
}
