using System.Collections.Immutable;

namespace MergeOps.Recipes.Declarations;

/// <summary>
/// What a plug-in declares of itself that a block of recipes names: a kind of task, a kind of place to publish to. Recipes
/// know plug-ins by this alone.
/// </summary>
internal interface IRecipePlugIn
{
    /// <summary>Its name in recipes.</summary>
    string Name { get; }

    /// <summary>What it is, in a line that ends without a full stop.</summary>
    string Summary { get; }

    /// <summary>
    /// Its own keys in the block that names it. They stand in the reader, the JSON schema, the page of keys and the terms of
    /// approvals as if the block declared them; new ones that affect approvals are <see cref="KeyDeclaration.IsLater"/>.
    /// </summary>
    ImmutableArray<KeyDeclaration> Keys { get; }

    /// <summary>What all spellings of a place have in common, where it names places.</summary>
    /// <param name="place">A place as a recipe writes it, right or wrong.</param>
    /// <param name="folder">The absolute folder where relative paths start.</param>
    string Identity(string place, string folder) => place;
}
