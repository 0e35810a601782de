using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;

namespace MergeOps.Tests.Recipes;

/// <summary>Reads recipes that tests write as text.</summary>
internal static class RecipeText
{
    /// <summary>All that recipes may name, without the demands of later stages.</summary>
    public static RecipeCatalogue Catalogue { get; } = ReadRecipe.Catalogue with { Rules = [] };

    /// <summary>Reads a text as the file <c>recipe.yml</c> of a folder of its own.</summary>
    public static (Recipe? Recipe, DiagnosticBag Found) Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads bytes as the file <c>recipe.yml</c> of a folder of its own.</summary>
    public static (Recipe? Recipe, DiagnosticBag Found) Read(ReadOnlySpan<byte> bytes)
    {
        using var folder = new TemporaryFolder();
        return RecipeReader.Read(folder.Write("recipe.yml", bytes), Catalogue);
    }

    /// <summary>The recipe of a text without mistakes.</summary>
    public static Recipe Valid(string text)
    {
        var (recipe, found) = Read(text);
        return recipe ?? throw new ArgumentException(string.Join('\n', found.Select(d => $"{d.Span}: {d.Detail}")), nameof(text));
    }

    /// <summary>Severity, code, line and column of each finding.</summary>
    public static IEnumerable<string> Places(IEnumerable<Diagnostic> found) =>
        found.Select(d => $"{d.Severity} {d.Code.Id} {d.Span?.Line},{d.Span?.Column}");
}
