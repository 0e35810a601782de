namespace MergeOps.Recipes;

/// <summary>What names one recipe: its file, and where the file holds several variants the one that is meant, as in <c>recipes/family.yml#xs</c>.</summary>
/// <param name="Path">The file.</param>
/// <param name="Variant">The variant; null for a file without, or for all of its variants.</param>
internal readonly record struct RecipeAddress(string Path, string? Variant)
{
    private const char Mark = '#';

    /// <summary>The address that a text means; the name of a file may have the mark, too.</summary>
    public static RecipeAddress Of(string text) =>
        text.LastIndexOf(Mark) is > 0 and var mark && !text.AsSpan(mark).ContainsAny('/', '\\') && !File.Exists(text)
            ? new(text[..mark], text[(mark + 1)..])
            : new(text, null);

    /// <summary>The file of the recipe that a text means.</summary>
    public static string FileOf(string text) => Of(text).Path;

    /// <summary>The address as text.</summary>
    public override string ToString() => Variant is null ? Path : $"{Path}{Mark}{Variant}";
}
