using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Handlers;
using MergeOps.Merging;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary>Gathers what a run in a workflow needs from the environment and the command line.</summary>
/// <param name="screen">Shows the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class WorkflowStart(Screen screen, DiagnosticBag found, CancellationToken cancellation) : IDisposable
{
    private readonly StageDisplay display = new(screen);
    private readonly GitHubConnection connection = new(GitHubSettings.Of(screen.Environment), screen.Environment.Clock, screen.Tell);

    /// <summary>The run of the workflow.</summary>
    public WorkflowRun Run { get; } = WorkflowRun.Of(screen.Environment);

    /// <summary>The handlers of the run; whoever asks disposes them.</summary>
    /// <param name="settings">The repository's settings; null for the defaults.</param>
    /// <param name="recipes">Patterns of recipes from the folder of the step; null for those that changed.</param>
    /// <param name="folder">Takes results; null for the runner's own.</param>
    /// <param name="engine">How to merge; null for the defaults.</param>
    /// <param name="handover">What machines of several stages hand to each other; null where this one does all.</param>
    public WorkflowHandlers Handlers(RepositorySettings? settings = null, string[]? recipes = null, string? folder = null, MergeOptions? engine = null, Handover? handover = null)
    {
        var forge = new GitHubRepository(connection, new(Slug));
        return new(
            screen.Environment,
            Run,
            RepositoryBy(settings ?? RepositorySettings.Default, recipes, forge),
            forge,
            engine ?? new MergeOptions { Output = "" },
            folder ?? Run.Temporary,
            // without the commit that it was built from
            ProgramVersion.Text.Split('+')[0],
            display,
            found,
            cancellation)
        {
            Handover = handover,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        display.Dispose();
        connection.Dispose();
    }

    private WorkflowRepository RepositoryBy(RepositorySettings settings, string[]? recipes, IRemoteRepository remote)
    {
        var checkout = new Checkout(screen.Environment, Run.Workspace);
        return new()
        {
            Checkout = checkout,
            Settings = settings,
            IsChosen = recipes is not null,
            Patterns = recipes is null ? new RecipePatterns(settings.Recipes) : RecipePatterns.Below(FolderIn(checkout), recipes),
            Remote = remote,
        };
    }

    // the folder of a larger repository in which the step works
    private static string FolderIn(Checkout checkout) => checkout.PathOf(".") is "." ? "" : checkout.PathOf(".");

    private RepositorySlug Slug() => Run.Repository is { } name && RepositorySlug.TryParse(name) is { } slug
        ? slug
        : throw new MergeOpsException(Codes.NoWorkflow, "GITHUB_REPOSITORY does not name the repository as OWNER/NAME.");
}
