using System.Collections.Frozen;

namespace MergeOps.Tokenizers;

/// <summary>The chat templates that recipes call by name, as mergekit does: one Jinja file each, found by its name.</summary>
internal static class BuiltInTemplates
{
    private const string Prefix = "templates/";
    private const string Ending = ".jinja";

    private static readonly FrozenDictionary<string, string> All = typeof(BuiltInTemplates).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..^Ending.Length], Read, StringComparer.Ordinal);

    /// <summary>Their names, in ordinal order.</summary>
    public static IEnumerable<string> Names => All.Keys.Order(StringComparer.Ordinal);

    /// <summary>The text of a template; null where there is none of that name.</summary>
    public static string? Find(string name) => All.GetValueOrDefault(name);

    private static string Read(string resource)
    {
        using var reader = new StreamReader(typeof(BuiltInTemplates).Assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
