using System.Collections.Immutable;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>One of the recipes that a file stands for.</summary>
/// <param name="Name">Its name, unique in the file.</param>
/// <param name="Values">Its values by their names; each is a value or a list of values.</param>
/// <param name="Node">Its entry in the list.</param>
internal sealed record Variant(string Name, ImmutableDictionary<string, YamlEntry> Values, YamlMapping Node)
{
    /// <summary>The key of a value that is the variant's name.</summary>
    public const string NameKey = "name";
}
