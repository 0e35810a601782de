using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Events;

namespace MergeOps.GitHub.Handlers;

/// <summary>Which recipes an event is about.</summary>
internal sealed class EventRecipes(WorkflowContext context)
{
    /// <summary>The recipes that a pull request changes, as a checkout of it shows them.</summary>
    /// <param name="number">The pull request.</param>
    /// <param name="checkout">The checkout.</param>
    /// <param name="patterns">Which files are recipes, from the repository's root.</param>
    public async Task<IReadOnlyList<string>> OfAsync(int number, Checkout checkout, IEnumerable<string> patterns)
    {
        var files = await context.GitHub.PullFilesAsync(number, context.Cancellation);
        var paths = files.Select(file => file.Path).Concat(files.Select(file => file.PreviousPath).OfType<string>());
        return new ChangedRecipes(checkout, new RecipePatterns(patterns)).Among(paths.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The recipes that a push changes and that are there afterwards.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(PushEvent push)
    {
        if (context.IsChosen)
        {
            return context.Patterns.Find(context.Checkout.Root);
        }

        var isNew = push.Before.All(digit => digit == '0');
        var changed = isNew
            ? context.Patterns.Find(context.Checkout.Root)
            : new ChangedRecipes(context.Checkout, context.Patterns).Among((await ChangedAsync(push)).ToHashSet(StringComparer.Ordinal));
        // a recipe that was removed publishes nothing
        return [.. changed.Where(context.Checkout.Has)];
    }

    // GitHub lists 300 files at most, and nothing where the branch was set back; a clone with its history knows better
    private async Task<IEnumerable<string>> ChangedAsync(PushEvent push) =>
        await context.Checkout.Git.ChangedBetweenAsync(push.Before, push.After, context.Cancellation)
            ?? await context.GitHub.ChangedBetweenAsync(push.Before, push.After, context.Cancellation) as IEnumerable<string>;
}
