using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Recipes;

/// <summary>
/// What a recipe may name, and what later stages demand of it beyond its form. It is put together at the edge, where the
/// plug-ins are known, and passed into the reader, which knows none of them.
/// </summary>
/// <param name="Methods">The methods, with the parameters that recipes may set.</param>
internal sealed record RecipeCatalogue(MethodCatalogue Methods)
{
    /// <summary>The post-processors.</summary>
    public ImmutableArray<PostProcessor> PostProcessors { get; init; } = MethodCatalogue.PostProcessors;

    /// <summary>The kinds of tasks.</summary>
    public ImmutableArray<IRecipePlugIn> Tasks { get; init; } = [];

    /// <summary>The name of the kind of a task that names none.</summary>
    public string UsualTask { get; init; } = "";

    /// <summary>The searchers.</summary>
    public ImmutableArray<IRecipePlugIn> Searchers { get; init; } = [];

    /// <summary>The kinds of places to publish to; the key that bears a kind's name holds the place.</summary>
    public ImmutableArray<IRecipePlugIn> Targets { get; init; } = [];

    /// <summary>The demands of later stages; asked when nothing of the recipe had to be left out.</summary>
    public ImmutableArray<Action<Recipe, DiagnosticBag>> Rules { get; init; } = [];

    /// <summary>Every block of a recipe with all of its keys, those of plug-ins too.</summary>
    public ImmutableArray<BlockDeclaration> Blocks => [.. RecipeKeys.All.Select(Complete)];

    /// <summary>The methods alone.</summary>
    public static implicit operator RecipeCatalogue(MethodCatalogue methods) => new(methods);

    private BlockDeclaration Complete(BlockDeclaration block) =>
        block == MeasuringKeys.Task ? new(block.Name, block.Place, [.. block.Keys.Select(WithUsual), .. Brought(Tasks)])
        : block == MeasuringKeys.Search ? new(block.Name, block.Place, [.. block.Keys, .. Brought(Searchers)])
        : block == RecipeKeys.Publish ? new(block.Name, block.Place, [.. block.Keys, .. Brought(Targets)])
        : block;

    private KeyDeclaration WithUsual(KeyDeclaration key) =>
        key.Value is TaskKindShape && UsualTask.Length > 0 ? key with { Help = $"{key.Help}; {UsualTask} when not given" } : key;

    // plug-ins that bring the same key bring it in the same form
    private static IEnumerable<KeyDeclaration> Brought(ImmutableArray<IRecipePlugIn> plugIns) =>
        plugIns.SelectMany(plugIn => plugIn.Keys.Select(key => (Key: key, Owner: plugIn.Name)))
            .GroupBy(brought => brought.Key.Name)
            .Select(same => same.First().Key with { Owner = string.Join(", ", same.Select(brought => brought.Owner)) });
}
