using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Declarations;

/// <summary>
/// What a recipe may name, and what later stages demand of it beyond its form. It is put together at the edge, where the
/// plug-ins are known, and passed into the reader, which knows none of them.
/// </summary>
/// <param name="Methods">The methods, with the parameters that recipes may set.</param>
internal sealed record RecipeCatalogue(MethodCatalogue Methods)
{
    /// <summary>The demands of later stages; asked when nothing of the recipe had to be left out.</summary>
    public ImmutableArray<Action<Recipe, DiagnosticBag>> Rules { get; init; } = [];

    /// <summary>The methods alone.</summary>
    public static implicit operator RecipeCatalogue(MethodCatalogue methods) => new(methods);
}
