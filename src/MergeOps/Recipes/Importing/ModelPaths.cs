using System.Text.RegularExpressions;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Validation;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>Rewrites the models of a recipe that moves: folders of a Hub cache become Hub names, local paths start at the recipe's new folder.</summary>
internal static partial class ModelPaths
{
    private static readonly string[] Keys = ["model", "base_model", "path", "tokenizer_source", "source", "source_model"];

    private static readonly string[] NoModels = ["union", "base"];

    /// <summary>The text with its models rewritten; a note says of each what it was.</summary>
    /// <param name="imported">The text.</param>
    /// <param name="from">The folder in which it lay; null when that was on another machine.</param>
    /// <param name="to">The folder in which it will lie.</param>
    /// <param name="notes">Takes the notes.</param>
    public static ImportedText Rewrite(ImportedText imported, string? from, string to, DiagnosticBag notes)
    {
        var documents = YamlTreeReader.ReadAll(imported.Now, new DiagnosticBag());
        // a recipe of the same file is no path
        var stages = StageOrder.NamesOf(documents, imported.Now, new DiagnosticBag());
        var edits = new List<TextEdit>();
        foreach (var scalar in documents.SelectMany(root => EntryPlace.AllIn(root)).Where(place => Keys.Contains(place.Entry.Key.Text)).Select(place => place.Entry.Value).OfType<YamlScalar>())
        {
            if (!NoModels.Contains(scalar.Text) && !stages.Contains(scalar.Text) && (HubName(scalar.Text) ?? Moved(scalar.Text, from, to)) is { } name && name != scalar.Text)
            {
                notes.Note(
                    Codes.ChangedByImport, $"{TerminalText.Quoted(scalar.Text)} is now written {TerminalText.Quoted(name)}.", imported.PlaceOf(scalar.Start, scalar.End));
                var written = PlainText().IsMatch(name) ? name : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";
                edits.Add(new(scalar.Start, scalar.End, new TracedText().Add(written, scalar.Start)));
            }
        }

        return imported.With(edits);
    }

    private static string? HubName(string path)
    {
        var match = CacheFolder().Match(path);
        if (!match.Success)
        {
            return null;
        }

        var name = match.Groups["rest"].Success ? $"{match.Groups["first"].Value}/{match.Groups["rest"].Value}" : match.Groups["first"].Value;
        return match.Groups["commit"].Success ? $"{name}@{match.Groups["commit"].Value}" : name;
    }

    private static string? Moved(string path, string? from, string to)
    {
        // mergekit starts paths at the current folder
        var given = path.Replace('\\', '/');
        return from is not null && (ModelLocation.FindLocal(given, from) ?? ModelLocation.FindLocal(given, Environment.CurrentDirectory)) is { } place
            ? ModelLocation.Spelling(place, to)
            : null;
    }

    [GeneratedRegex(
        @"(?:^|[/\\])models--(?<first>[\w.-]+?)(?:--(?<rest>[\w.-]+?))?(?:[/\\]snapshots[/\\](?<commit>[0-9a-f]{40}))?[/\\]?$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex CacheFolder();

    [GeneratedRegex("^[A-Za-z0-9_./][A-Za-z0-9_./@-]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainText();
}
