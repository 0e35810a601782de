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
}
