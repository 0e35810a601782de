using System.Collections.Immutable;
using System.IO.Enumeration;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Reading;

/// <summary>
/// Reads <c>models: { glob: ./run/checkpoint-* }</c> as the list that somebody would have written: the models that lie there, in the
/// order of their numbers; of <c>BASE+./run/checkpoint-*</c> the adapters there, each on top of the base.
/// </summary>
internal sealed class SeriesReader(ReadingContext context)
{
    private const string Glob = "glob";

    // what the trainer of transformers calls a folder until all is in it
    private const string Unfinished = "tmp-";

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
        var (below, places) = Apart(pattern.Value);
        var (parent, name) = Split(places.TrimEnd('/'));
        if (parent.IndexOfAny(['*', '?']) >= 0 || name.IndexOfAny(['*', '?']) < 0)
        {
            context.Refuse(Codes.ValueMalformed, $"{TerminalText.Quoted(pattern.Value)} needs '*' or '?' in its last part, and only there, as in './run/checkpoint-*'.", node);
            return [];
        }

        if (ModelLocation.IsNetworkPath(places) || Path.IsPathRooted(places))
        {
            context.Refuse(Codes.ValueMalformed, "The folder of a series must be relative to the recipe's folder.", node);
            return [];
        }

        var folder = Path.GetFullPath(parent, context.ModelsFolder);
        ImmutableArray<string> found;
        bool areAdapters;
        try
        {
            found = Find(folder, name, node);
            areAdapters = found.All(each => IsAdapter(Path.Combine(folder, each)));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            context.Refuse(Codes.PathMissing, $"{TerminalText.Quoted(places)} cannot be searched: {failure.Message}", node);
            return [];
        }

        if (found.IsEmpty)
        {
            var hint = places.AsSpan().IndexOfAny("[]{}") < 0 ? "" : " Brackets stand for themselves here: only '*' and '?' stand for other characters.";
            context.Refuse(Codes.PathMissing, $"No model matches {TerminalText.Quoted(places)}. Paths are relative to the recipe's folder.{hint}", node);
        }
        else if (below.Length == 0 && areAdapters)
        {
            context.Refuse(
                Codes.AdapterRefused,
                $"What matches {TerminalText.Quoted(places)} are adapters: changes to a model, not models. Write the model that they were trained on before the pattern: `glob: BASE+{TerminalText.Escape(places)}`.",
                node);
            return [];
        }

        var rest = ((YamlMapping)series).Entries.Where(entry => entry.Key.Text != Glob);
        return
        [
            .. found.Select(each => new YamlMapping(
                [new(node with { Text = "model", IsPlain = true }, node with { Text = $"{below}{parent}{each}", IsPlain = false }), .. rest], series.Start, series.End) { Source = series.Source }),
        ];
    }

    // a base stands before its adapters
    private static (string Below, string Places) Apart(string pattern) => pattern.LastIndexOf('+') + 1 is var end ? (pattern[..end], pattern[end..]) : default;

    private static bool IsAdapter(string folder) => Directory.Exists(folder) && Adapters.AreAdapter(Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)));

    private static (string Parent, string Name) Split(string pattern)
    {
        var slash = pattern.LastIndexOf('/');
        return slash < 0 ? ("./", pattern) : (pattern[..(slash + 1)], pattern[(slash + 1)..]);
    }

    private ImmutableArray<string> Find(string folder, string name, YamlScalar node)
    {
        var matching = Matching(folder, name).ToList();
        if (!name.StartsWith(Unfinished, StringComparison.Ordinal) && matching.RemoveAll(entry => entry.StartsWith(Unfinished, StringComparison.Ordinal)) is > 0 and var unfinished)
        {
            context.Diagnostics.Note(Codes.SeriesUnclear, $"{unfinished} of the names begin with '{Unfinished}', as trainers name what they have not finished. They are left out.", context.SpanOf(node));
        }

        var (order, isAmbiguous) = SeriesOrder.Of(matching);
        var places = order.ToDictionary(entry => entry.Name, entry => RealPath.Of(Path.Combine(folder, entry.Name)), StringComparer.Ordinal);
        var links = order.Where(entry => places[entry.Name] is { } place && place != Path.Combine(RealPath.Of(folder) ?? folder, entry.Name)).ToList();
        foreach (var link in links)
        {
            if (order.Find(other => other != link && places[other.Name] == places[link.Name]) is { } other)
            {
                order.Remove(link);
                context.Diagnostics.Note(Codes.SeriesUnclear, $"{TerminalText.Quoted(link.Name)} is a link to {TerminalText.Quoted(other.Name)}, so the two count once.", context.SpanOf(node));
            }
        }

        if (isAmbiguous)
        {
            context.Diagnostics.Warning(
                Codes.SeriesUnclear,
                "Names such as '1e3' may hold a number with an exponent, or two numbers; they are read as two. If that is wrong, list the models one by one.",
                context.SpanOf(node));
        }

        Doubt(order, node);
        return [.. order.Select(entry => entry.Name)];
    }

    private void Doubt(List<SeriesOrder> order, YamlScalar node)
    {
        if (order.FindAll(entry => !entry.IsNumbered) is [_, ..] without && order.Count > 1)
        {
            context.Diagnostics.Warning(
                Codes.SeriesUnclear,
                $"{NameList.Of([.. without.Select(entry => entry.Name)])} {(without.Count == 1 ? "has" : "have")} no number, so the place at the end is a guess. If it is wrong, list the models one by one, or name a pattern that leaves them out.",
                context.SpanOf(node));
        }

        foreach (var (one, next) in order.Zip(order.Skip(1)).Where(pair => pair.First.IsNumbered && pair.First.Ties(pair.Second)))
        {
            context.Diagnostics.Warning(
                Codes.SeriesUnclear,
                $"{TerminalText.Quoted(one.Name)} and {TerminalText.Quoted(next.Name)} have the same numbers, so their order is a guess. If it is wrong, or one is a copy of the other, list the models one by one.",
                context.SpanOf(node));
        }
    }

    // the library that matches patterns of recipes finds files alone, and most checkpoints are folders
    private static IEnumerable<string> Matching(string folder, string name) => !Directory.Exists(folder) ? [] : new DirectoryInfo(folder).EnumerateFileSystemInfos()
        .Where(entry => entry is DirectoryInfo || entry.Name.EndsWith(ModelFileNames.WeightsEnding, StringComparison.Ordinal) || TorchFile.IsName(entry.Name))
        .Select(entry => entry.Name)
        .Where(entry => FileSystemName.MatchesSimpleExpression(name, entry, ignoreCase: false));
}
