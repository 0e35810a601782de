using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>The trees of one file of recipes.</summary>
internal static class RecipeTree
{
    /// <summary>The root of the only document; null, with an error, when the text is no YAML that a recipe may hold, empty, or holds several.</summary>
    public static YamlNode? Read(SourceText source, DiagnosticBag diagnostics)
    {
        var documents = ReadAll(source, diagnostics);
        if (documents.Length < 2)
        {
            return documents.FirstOrDefault();
        }

        diagnostics.Error(Codes.YamlNotUsed, "Only one recipe is allowed here, but this file holds several.", source.Span(documents[1].Start, documents[1].Start));
        return null;
    }

    /// <summary>The roots of the documents that are not empty; none, with an error, when the text is no YAML that a recipe may hold, or empty.</summary>
    public static ImmutableArray<YamlNode> ReadAll(SourceText source, DiagnosticBag diagnostics)
    {
        SecretScan.Run(source, diagnostics);
        if (ConflictMarker.Find(source) is { } marker)
        {
            diagnostics.Error(Codes.NotYaml, "There is an unresolved git conflict in the recipe. Choose one of the two sides.", marker);
            return [];
        }

        if (MarkdownFence.Find(source) is { } fence)
        {
            diagnostics.Error(Codes.NotYaml, "The recipe starts with the fence of a Markdown code block. Remove this line, and the closing fence at the end.", fence);
            return [];
        }

        var errorsBefore = diagnostics.Count(diagnostic => diagnostic.Severity is Severity.Error);
        var path = TerminalText.Escape(source.Path);
        var documents = YamlTreeReader.ReadAll(source, diagnostics, $"Run 'mergeops import {(path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path)}', which writes them out.");
        if (documents.Any(root => !CoreSchema.IsNull(root)))
        {
            return documents;
        }

        if (diagnostics.Count(diagnostic => diagnostic.Severity is Severity.Error) == errorsBefore)
        {
            diagnostics.Error(
                Codes.KeyMissing,
                "The file is empty. A recipe needs 'merge_method' and one of 'models', 'slices', 'modules'.",
                source.Span(0, 0));
        }

        return [];
    }
}
