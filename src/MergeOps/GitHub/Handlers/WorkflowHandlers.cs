using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Approvals;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Merging;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.GitHub.Handlers;

/// <summary>Makes the handlers of one run, each with what it needs.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="run">The run of the workflow.</param>
/// <param name="repository">The repository.</param>
/// <param name="forge">All that the handlers ask of its forge and change there.</param>
/// <param name="engine">How to merge; the output is chosen by the run.</param>
/// <param name="folder">Takes what is written for later steps and people.</param>
/// <param name="programVersion">The version of this program.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found; errors decide how the run ends.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class WorkflowHandlers(
    HostEnvironment environment,
    WorkflowRun run,
    WorkflowRepository repository,
    IForge forge,
    MergeOptions engine,
    string folder,
    string programVersion,
    IStageObserver observer,
    DiagnosticBag found,
    CancellationToken cancellation) : IDisposable
{
    /// <summary>What machines of several stages hand to each other; null where this one does all.</summary>
    public Handover? Handover { get; init; }

    private readonly HubConnection hub = new(environment, observer.Reported);
    private readonly ResultFiles results = new(run, folder);
    private readonly EventRecipes eventRecipes = new(repository, forge, cancellation);

    /// <summary>Finds plans that were approved but never carried out.</summary>
    public FindUnapplied FindUnapplied => new(forge, forge, Reporter, observer, found, cancellation);

    /// <summary>Plans a pull request.</summary>
    public PlanPullRequest PlanPullRequest => new(run, repository, eventRecipes, Reporter, Footer, Gates, results, found, cancellation);

    /// <summary>Looks at what a merge queue put together.</summary>
    public CheckQueue CheckQueue => new(run, repository, forge, Checkouts, Reporter, Approvals, results, observer, found, cancellation);

    /// <summary>Posts the report of another run.</summary>
    public PostReport PostReport => new(repository, forge, Checkouts, run.Temporary, Reporter, Findings, Gates, observer, cancellation);

    /// <summary>Applies what came to the main branch.</summary>
    public ApplyPush ApplyPush => new(run, repository, eventRecipes, Reporter, Statuses, Approvals, Previews, CarryOut, results, observer, found, cancellation);

    /// <summary>Answers a comment.</summary>
    public AnswerComment AnswerComment => new(repository, forge, forge, Checkouts, eventRecipes, Reporter, Statuses, Approvals, Previews, CarryOut, results, observer, found, cancellation);

    /// <summary>Answers a comment below the issue of scheduled runs.</summary>
    public AnswerIssue AnswerIssue => new(forge, forge, Reporter, FollowDrift, RebuildPublished, observer, found, cancellation);

    /// <summary>Looks whether models moved.</summary>
    public FollowDrift FollowDrift => new(environment, run, repository, hub, LockUpdate, forge, Issues, results, found, cancellation);

    /// <summary>Makes published models again.</summary>
    public RebuildPublished RebuildPublished => new(environment, repository, Approvals, CarryOut, engine, Issues, results, observer, found, cancellation);

    /// <summary>Does what a run is asked to do by name.</summary>
    /// <param name="reportPath">Where the report of a pull request is written, or read from; null for the folder of results.</param>
    public WorkflowSteps Steps(string? reportPath) =>
        new(this, run, repository, eventRecipes, CarryOut, Statuses, results, reportPath ?? Path.Combine(folder, ResultFiles.Report), observer, found, cancellation);

    private CommentFooter Footer => new(run.Url, programVersion);

    private Reporter Reporter => new(forge, forge, forge, forge, Footer, repository.IsChosen, environment.Clock, observer.Reported, found, cancellation);

    private JudgedGates Gates => new(environment, observer, cancellation);

    private FindingsReporter Findings => new(forge, observer.Reported, found, cancellation);

    private IssueReporter Issues => new(forge, found, cancellation);

    private PullCheckout Checkouts => new(repository.Checkout.Git, forge, run.Temporary, cancellation);

    private ApprovalSearch Approvals => ApprovalsBy(repository.Settings.Requires, found);

    private LockMerge LockMerge =>
        new(repository, forge, forge, Reporter, missing => ApprovalsBy([.. repository.Settings.Requires.Append(Requirement.Preview).Distinct()], missing), observer, cancellation);

    private ApplyStatuses Statuses => new(forge, Reporter, repository.IsChosen, found, cancellation);

    private PreviewSearch Previews => new(forge, observer.Reported, cancellation);

    private ApprovingReviews Reviews => new(forge, forge, cancellation);

    private CarryOut CarryOut => new(environment, run, repository, engine, Handover, results, observer, found, cancellation);

    private LockUpdate LockUpdate => new(environment, run, repository, forge, hub, engine, Reporter, LockMerge, observer, found, cancellation);

    private ApprovalSearch ApprovalsBy(ImmutableArray<Requirement> requires, DiagnosticBag missing) => new(
        forge,
        forge,
        Reporter,
        repository.Settings.Approvals,
        Reviews,
        new RequirementCheck(forge, forge, new OwnersCheck(forge, forge, forge, Reviews, cancellation), requires, missing, cancellation),
        missing,
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => hub.Dispose();
}
