using MergeOps.Diagnostics;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Merging;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>What every part of the way from a pull request to a published model needs.</summary>
internal sealed record WorkflowContext
{
    /// <summary>Variables, folders and the time.</summary>
    public required HostEnvironment Environment { get; init; }

    /// <summary>The run of the workflow.</summary>
    public required WorkflowRun Run { get; init; }

    /// <summary>What the runner checked out.</summary>
    public required Checkout Checkout { get; init; }

    /// <summary>Which files of the repository are recipes.</summary>
    public required RecipePatterns Patterns { get; init; }

    /// <summary>Whether the caller chose the recipes; otherwise those that changed are meant.</summary>
    public required bool IsChosen { get; init; }

    /// <summary>Connects with the repository on GitHub when it is first needed; not every step does.</summary>
    public required Lazy<GitHubRepository> Connection { get; init; }

    /// <summary>The repository on GitHub.</summary>
    /// <exception cref="MergeOpsException">The environment names none.</exception>
    public GitHubRepository GitHub => Connection.Value;

    /// <summary>The repository's settings: those in the checkout, but for a pull request, which is looked at by those of the branch that it goes into.</summary>
    public required RepositorySettings Settings { get; init; }

    /// <summary>Takes what is written for later steps and people: plans, the report, SARIF, the summary.</summary>
    public required string Folder { get; init; }

    /// <summary>How to merge; the output is chosen here.</summary>
    public required MergeOptions Engine { get; init; }

    /// <summary>Hears of the stages.</summary>
    public required IStageObserver Observer { get; init; }

    /// <summary>Takes what is found; errors decide how the run ends.</summary>
    public required DiagnosticBag Found { get; init; }

    /// <summary>The version of this program.</summary>
    public required string ProgramVersion { get; init; }

    /// <summary>What stands at the end of comments.</summary>
    public CommentFooter Footer => new(Run.Url, ProgramVersion);

    /// <summary>Stops.</summary>
    public required CancellationToken Cancellation { get; init; }
}
