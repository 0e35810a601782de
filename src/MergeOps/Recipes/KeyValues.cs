using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes;

/// <summary>What a recipe says under the keys of a plug-in; each is read by the declaration that brought it.</summary>
/// <param name="values">The values by their keys' names: texts, lists of texts, flags and numbers.</param>
internal sealed class KeyValues(IReadOnlyDictionary<string, Located<object>> values)
{
    /// <summary>No key is given.</summary>
    public static KeyValues None { get; } = new(ImmutableDictionary<string, Located<object>>.Empty);

    /// <summary>The local paths among them, relative to the recipe.</summary>
    public ImmutableArray<Located<string>> Paths { get; init; } = [];

    /// <summary>A text, a path or one of several names; null when the recipe does not say.</summary>
    public string? Text(KeyDeclaration key) => Find(key) as string;

    /// <summary>The texts of a mapping by their keys; null where there is none.</summary>
    public IReadOnlyDictionary<string, string>? Texts(KeyDeclaration key) => Find(key) as IReadOnlyDictionary<string, string>;

    /// <summary>The entries of a list of sizes; empty where the recipe does not say.</summary>
    public ImmutableArray<string> Sizes(KeyDeclaration key) => Find(key) is ImmutableArray<string> sizes ? sizes : [];

    /// <summary>Whether a flag is set.</summary>
    public bool Flag(KeyDeclaration key) => Find(key) is true;

    /// <summary>A number; null when the recipe does not say.</summary>
    public double? Number(KeyDeclaration key) => (double?)Find(key);

    /// <summary>A text or a list of texts; null when the recipe does not say.</summary>
    public ImmutableArray<string>? List(KeyDeclaration key) => Find(key) is ImmutableArray<string> list ? list : null;

    /// <summary>These, with a value for a key of which the recipe does not speak.</summary>
    public KeyValues Or(KeyDeclaration key, Located<object> value) => values.ContainsKey(key.Name)
        ? this
        : new(values.Append(new(key.Name, value)).ToImmutableDictionary()) { Paths = Paths };

    private object? Find(KeyDeclaration key) => values.TryGetValue(key.Name, out var value) ? value.Value : null;
}
