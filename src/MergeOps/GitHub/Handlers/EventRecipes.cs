using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Events;

namespace MergeOps.GitHub.Handlers;

/// <summary>Which recipes an event is about.</summary>
/// <param name="repository">The repository.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class EventRecipes(WorkflowRepository repository, IPullRequests pulls, CancellationToken cancellation)
{
    /// <summary>The recipes that a pull request changes, as a checkout of it shows them; with the base branch also variants that it takes away.</summary>
    /// <param name="number">The pull request.</param>
    /// <param name="checkout">The checkout.</param>
    /// <param name="patterns">Which files are recipes, from the repository's root.</param>
    /// <param name="before">The base branch, or null.</param>
    public async Task<IReadOnlyList<string>> OfAsync(int number, Checkout checkout, IEnumerable<string> patterns, Checkout? before = null)
    {
        var files = await pulls.PullFilesAsync(number, cancellation);
        var paths = files.Select(file => file.Path).Concat(files.Select(file => file.PreviousPath).OfType<string>());
        var recipes = new ChangedRecipes(checkout, new RecipePatterns(patterns)).Among(paths.ToHashSet(StringComparer.Ordinal));
        return before is null ? recipes : [.. recipes.Concat(checkout.GoneOf(recipes, before)).Order(StringComparer.Ordinal)];
    }

    /// <summary>The recipes that a push changes and that are there afterwards.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(PushEvent push)
    {
        if (repository.IsChosen)
        {
            return repository.Recipes;
        }

        var isNew = push.Before.All(digit => digit == '0');
        var changed = isNew
            ? repository.Recipes
            : new ChangedRecipes(repository.Checkout, repository.Patterns).Among((await ChangedAsync(push)).ToHashSet(StringComparer.Ordinal));
        // a recipe that was removed publishes nothing
        return [.. changed.Where(repository.Checkout.Has)];
    }

    // GitHub lists 300 files at most, and nothing where the branch was set back; a clone with its history knows better
    private async Task<IEnumerable<string>> ChangedAsync(PushEvent push) =>
        await repository.Checkout.Git.ChangedBetweenAsync(push.Before, push.After, cancellation)
            ?? await repository.Remote.ChangedBetweenAsync(push.Before, push.After, cancellation) as IEnumerable<string>;
}
