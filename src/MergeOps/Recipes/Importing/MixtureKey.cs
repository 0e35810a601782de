using MergeOps.Diagnostics;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Importing;

/// <summary>Says in a file of mergekit-moe what mergekit says by the name of its program.</summary>
internal static class MixtureKey
{
    /// <summary>The text with <c>merge_method: moe</c> before the keys of each mixture; a note says so.</summary>
    /// <param name="text">The text.</param>
    /// <param name="found">Takes the notes.</param>
    public static ImportedText Add(ImportedText text, DiagnosticBag found)
    {
        var edits = new List<TextEdit>();
        foreach (var mixture in YamlTreeReader.ReadAll(text.Now, new DiagnosticBag()).OfType<YamlMapping>().Where(IsMixture))
        {
            var isFlow = text.Now.Text[mixture.Start] == '{';
            var (at, line) = (mixture.Start + (isFlow ? 1 : 0), $"merge_method: {MixtureMethod.MethodName}{(isFlow ? ", " : "\n")}");
            edits.Add(new(at, at, new TracedText().Add(line, at)));
            found.Note(Codes.ChangedByImport, $"'merge_method: {MixtureMethod.MethodName}' is added: this is a mergekit-moe file.", text.PlaceOf(mixture.Start, mixture.Start + 1));
        }

        return text.With(edits);
    }

    private static bool IsMixture(YamlMapping root) =>
        root.Entries.Any(entry => entry.Key.Text == "experts") && root.Entries.All(entry => entry.Key.Text != "merge_method");
}
