using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Composition;

/// <summary>
/// Puts a recipe together with the file that it extends, and with the one that this extends: its own keys win, mappings merge
/// key by key, and a list or a value replaces the other whole. A key without a value takes an inherited one away.
/// </summary>
/// <param name="context">The recipe's own file.</param>
internal sealed class ParentFiles(ReadingContext context)
{
    /// <summary>The key that names the parent.</summary>
    public const string Key = "extends";

    /// <summary>How many files may extend each other.</summary>
    public const int Deepest = 16;

    private readonly string? root = RepositoryRoot.Of(context.Source.Path);
    private readonly List<string> files = [];

    /// <summary>The files that the recipe extends, the nearest first, as the user would name them; the last one need not be there.</summary>
    public ImmutableArray<string> Files => [.. files];

    /// <summary>The recipe's tree with what it inherits; null, with an error, when a parent cannot be used.</summary>
    public YamlMapping? Merge(YamlMapping own)
    {
        var merged = own;
        List<string> chain = [context.Source.Path];
        for (var (reading, child) = (context, own); ParentOf(child) is { } entry;)
        {
            if (PathOf(entry, reading, chain) is not { } path
                || !Exists(path, entry, reading)
                || SourceFile.Read(path, context.Diagnostics) is not { } source
                || RecipeTree.Read(source, context.Diagnostics) is not { } tree)
            {
                return null;
            }

            reading = new ReadingContext(source, Path.GetDirectoryName(Path.GetFullPath(path))!, context.Catalogue, context.IsLocked, context.Diagnostics);
            if (tree is not YamlMapping parent)
            {
                reading.Refuse(Codes.ValueMalformed, $"A recipe consists of 'key: value' lines; this is {ValueReader.Describe(tree)}.", tree);
                return null;
            }

            chain.Add(path);
            merged = Merged(merged, parent);
            child = parent;
        }

        return merged with { Entries = [.. merged.Entries.Where(entry => entry.Key.Text != Key)] };
    }

    private static YamlEntry? ParentOf(YamlMapping mapping) => mapping.Entries.FirstOrDefault(entry => entry.Key.Text == Key);

    private string? PathOf(YamlEntry entry, ReadingContext reading, List<string> chain)
    {
        if (CoreSchema.IsNull(entry.Value))
        {
            reading.Refuse(Codes.KeyMissing, $"'{Key}' has no value.", entry.Key);
            return null;
        }

        if (ValueReader.LocalPath(entry.Value, Key, reading) is not { } written)
        {
            return null;
        }

        var place = Path.GetFullPath(written.Value, reading.Folder);
        if (Refusal(written.Value, place, chain) is { } refusal)
        {
            reading.Refuse(Codes.ParentRefused, refusal, written.Span);
            return null;
        }

        files.Add(Path.IsPathRooted(context.Source.Path) ? place : Path.GetRelativePath(Environment.CurrentDirectory, place));
        return files[^1];
    }

    private static bool Exists(string path, YamlEntry entry, ReadingContext reading)
    {
        if (File.Exists(path))
        {
            return true;
        }

        var written = ((YamlScalar)entry.Value).Text;
        reading.Refuse(
            Codes.ParentMissing,
            Directory.Exists(path)
                ? $"{TerminalText.Quoted(written)} is a folder. Name a file."
                : $"There is no file {TerminalText.Quoted(written)} in the folder of this file, which paths are relative to.{NearestPath.Suggestion(written, reading.Folder)}",
            entry.Value);
        return false;
    }

    private string? Refusal(string written, string place, List<string> chain)
    {
        if (Path.IsPathRooted(written))
        {
            return $"{TerminalText.Quoted(written)} means a different place on every machine. Write a path that is relative to this file.";
        }

        if (root is not null && !RepositoryRoot.Holds(root, place))
        {
            return $"{TerminalText.Quoted(written)} leads outside the repository, where others do not have the file.";
        }

        var real = RealPath.Of(place);
        if (real is null || chain.Exists(file => RealPath.Of(file) == real))
        {
            return $"It extends itself: {string.Join(" → ", chain.Append(written).Select(file => TerminalText.Escape(Path.GetFileName(file))))}.";
        }

        return chain.Count > Deepest ? $"More than {Deepest} files extend each other. Put some of them together." : null;
    }

    private static YamlMapping Merged(YamlMapping own, YamlMapping parent)
    {
        var names = own.Entries.Select(entry => entry.Key.Text).ToHashSet(StringComparer.Ordinal);
        return own with
        {
            Entries =
            [
                .. own.Entries.Select(entry => entry.Value is YamlMapping mapping && Inherited(parent, entry.Key.Text) is { } below ? entry with { Value = Merged(mapping, below) } : entry),
                .. parent.Entries.Where(entry => !names.Contains(entry.Key.Text)),
            ],
        };
    }

    private static YamlMapping? Inherited(YamlMapping parent, string key) =>
        parent.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value as YamlMapping;
}
