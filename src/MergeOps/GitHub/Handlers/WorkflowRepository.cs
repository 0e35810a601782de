using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Recipes;

namespace MergeOps.GitHub.Handlers;

/// <summary>The repository that a workflow runs for: what was checked out, and what its forge has.</summary>
internal sealed record WorkflowRepository
{
    /// <summary>What the runner checked out.</summary>
    public required Checkout Checkout { get; init; }

    /// <summary>Which files of the repository are recipes.</summary>
    public required RecipePatterns Patterns { get; init; }

    /// <summary>The recipes of the checkout, variants one by one.</summary>
    public IReadOnlyList<string> Recipes => [.. Checkout.RecipesIn(Patterns.Find(Checkout.Root)).Where(recipe => Patterns.Names(Checkout.FileOf(recipe), RecipeAddress.Of(Checkout[recipe]).Variant))];

    /// <summary>Whether the caller wants a recipe: everything where they chose none.</summary>
    /// <param name="recipe">The recipe from the repository's root.</param>
    /// <param name="checkout">Where it is.</param>
    public bool IsWanted(string recipe, Checkout checkout) => !IsChosen || Patterns.Names(checkout.FileOf(recipe), RecipeAddress.Of(checkout[recipe]).Variant);

    /// <summary>Whether the caller chose the recipes; otherwise those that changed are meant.</summary>
    public required bool IsChosen { get; init; }

    /// <summary>The repository's settings: those in the checkout, but for a pull request, which is looked at by those of the branch that it goes into.</summary>
    public required RepositorySettings Settings { get; init; }

    /// <summary>The repository as its forge has it.</summary>
    public required IRemoteRepository Remote { get; init; }
}
