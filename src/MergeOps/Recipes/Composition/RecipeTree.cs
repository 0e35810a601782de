using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>The tree of one file of a recipe.</summary>
internal static class RecipeTree
{
    /// <summary>The root; null, with an error, when the text is no YAML that a recipe may hold, or empty.</summary>
    public static YamlNode? Read(SourceText source, DiagnosticBag diagnostics)
    {
        SecretScan.Run(source, diagnostics);
        if (ConflictMarker.Find(source) is { } marker)
        {
            diagnostics.Error(Codes.NotYaml, "There is an unresolved git conflict in the recipe. Choose one of the two sides.", marker);
            return null;
        }

        var errorsBefore = diagnostics.Count(diagnostic => diagnostic.Severity is Severity.Error);
        var path = TerminalText.Escape(source.Path);
        var root = YamlTreeReader.Read(source, diagnostics, $"Run 'mergeops import {(path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path)}', which writes them out.");
        if (root is not null && !CoreSchema.IsNull(root))
        {
            return root;
        }

        if (diagnostics.Count(diagnostic => diagnostic.Severity is Severity.Error) == errorsBefore)
        {
            diagnostics.Error(
                Codes.KeyMissing,
                "The file is empty. A recipe needs 'merge_method' and one of 'models', 'slices', 'modules'.",
                source.Span(0, 0));
        }

        return null;
    }
}
