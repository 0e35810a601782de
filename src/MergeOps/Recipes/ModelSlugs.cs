using MergeOps.Diagnostics;

namespace MergeOps.Recipes;

/// <summary>Names of files for the models of a recipe.</summary>
internal static class ModelSlugs
{
    /// <summary>A name for each model, unique among them whatever the case; it says the model's path, and its digest where two would be the same.</summary>
    public static IReadOnlyDictionary<ModelReference, string> Of(IEnumerable<ModelReference> models)
    {
        var plain = models.Distinct().ToDictionary(model => model, model => Plain(model.ToString()));
        return plain.GroupBy(pair => pair.Value, StringComparer.OrdinalIgnoreCase)
            .SelectMany(same => same.Count() == 1 ? same : same.Select(pair => KeyValuePair.Create(pair.Key, $"{pair.Value}-{Digest(pair.Key)}")))
            .ToDictionary();
    }

    private static string Plain(string model)
    {
        var words = string.Concat(model.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' ? character : '-')).Trim('-', '.');
        return words.Length == 0 ? "model" : words;
    }

    private static string Digest(ModelReference model) => TextDigest.Of(model.ToString())[..8];
}
