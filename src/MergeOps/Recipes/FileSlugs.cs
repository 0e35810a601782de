using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Names of files for what a recipe names.</summary>
internal static class FileSlugs
{
    /// <summary>A name for each model, unique among them whatever the case; it says the model's path, and its digest where two would be the same.</summary>
    public static IReadOnlyDictionary<ModelReference, string> Of(IEnumerable<ModelReference> models) => Of(models, model => model.ToString(), "model");

    /// <summary>A name for each thing, likewise.</summary>
    /// <param name="things">The things.</param>
    /// <param name="nameOf">What the recipe calls each of them; no two the same.</param>
    /// <param name="fallback">The name where nothing of it can be part of a file's name.</param>
    public static IReadOnlyDictionary<T, string> Of<T>(IEnumerable<T> things, Func<T, string> nameOf, string fallback)
        where T : notnull
    {
        var plain = things.Distinct().ToDictionary(thing => thing, thing => Plain(nameOf(thing), fallback));
        return plain.GroupBy(pair => pair.Value, StringComparer.OrdinalIgnoreCase)
            .SelectMany(same => same.Count() == 1 ? same : same.Select(pair => KeyValuePair.Create(pair.Key, $"{pair.Value}-{TextDigest.Of(nameOf(pair.Key))[..8]}")))
            .ToDictionary();
    }

    private static string Plain(string name, string fallback)
    {
        var words = string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' ? character : '-')).Trim('-', '.');
        return words.Length == 0 ? fallback : words;
    }
}
