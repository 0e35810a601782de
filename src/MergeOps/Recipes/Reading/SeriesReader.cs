using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>models: { glob: ./run/checkpoint-* }</c> as the list that somebody would have written: the models that lie there, in the order of their numbers.</summary>
internal sealed partial class SeriesReader(ReadingContext context)
{
    private const string Glob = "glob";

    /// <summary>Whether a value of <c>models</c> is a series instead of a list.</summary>
    public static bool IsSeries(YamlNode? node) => node is YamlMapping mapping && mapping.Entries.Any(entry => entry.Key.Text == Glob);

    /// <summary>The entries of the list; empty, with an error, when nothing lies there.</summary>
    public IReadOnlyList<YamlNode> Expand(YamlNode series)
    {
        if (Block.Open(series, RecipeKeys.Series, context) is not { } block || ValueReader.Text(block.Require(Glob), Glob, context) is not { } pattern)
        {
            return [];
        }

        var node = (YamlScalar)block.Find(Glob)!;
        var (parent, name) = Split(pattern.Value);
        if (parent.IndexOfAny(['*', '?']) >= 0 || name.IndexOfAny(['*', '?']) < 0)
        {
            context.Refuse(Codes.ValueMalformed, $"{TerminalText.Quoted(pattern.Value)} needs '*' or '?' in its last part, and there alone, as in './run/checkpoint-*'.", node);
            return [];
        }

        if (ModelLocation.IsNetworkPath(pattern.Value) || Path.IsPathRooted(pattern.Value))
        {
            context.Refuse(Codes.ValueMalformed, "A series lies in a folder that is named relative to the recipe's.", node);
            return [];
        }

        var found = Find(Path.GetFullPath(parent, context.ModelsFolder), name);
        if (found.IsEmpty)
        {
            context.Refuse(Codes.PathMissing, $"No model matches {TerminalText.Quoted(pattern.Value)}. Paths are relative to the recipe's folder.", node);
        }

        var rest = ((YamlMapping)series).Entries.Where(entry => entry.Key.Text != Glob);
        return
        [
            .. found.Select(each => new YamlMapping(
                [new(node with { Text = "model", IsPlain = true }, node with { Text = $"{parent}{each}", IsPlain = false }), .. rest], series.Start, series.End) { Source = series.Source }),
        ];
    }

    private static (string Parent, string Name) Split(string pattern)
    {
        var slash = pattern.LastIndexOf('/');
        return slash < 0 ? ("./", pattern) : (pattern[..(slash + 1)], pattern[(slash + 1)..]);
    }

    // the library that matches patterns of recipes finds files alone, and most checkpoints are folders
    private static ImmutableArray<string> Find(string folder, string name) => !Directory.Exists(folder) ? [] :
    [
        .. new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .Where(entry => entry is DirectoryInfo || entry.Name.EndsWith(ModelFileNames.WeightsEnding, StringComparison.Ordinal) || TorchFile.IsName(entry.Name))
            .Select(entry => entry.Name)
            .Where(entry => FileSystemName.MatchesSimpleExpression(name, entry, ignoreCase: false))
            .Order(Comparer<string>.Create(ByNumbers)),
    ];

    // checkpoint-900 comes before checkpoint-1000
    private static int ByNumbers(string one, string other)
    {
        var (first, second) = (Digits().Matches(one), Digits().Matches(other));
        for (var i = 0; i < Math.Min(first.Count, second.Count); i++)
        {
            var (a, b) = (first[i].Value.TrimStart('0'), second[i].Value.TrimStart('0'));
            var order = a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);
            if (order != 0)
            {
                return order;
            }
        }

        return string.CompareOrdinal(one, other);
    }

    [GeneratedRegex("[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
