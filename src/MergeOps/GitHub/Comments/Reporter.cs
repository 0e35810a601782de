using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Comments;

/// <summary>
/// Tells people on GitHub what happened. The work is done by then, so what GitHub does not take is a warning and nothing
/// is undone; statuses go first, because branches may be guarded by them.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="members">Who writes.</param>
/// <param name="comments">Its comments.</param>
/// <param name="statuses">Statuses of its commits.</param>
/// <param name="footer">What stands at the end of comments.</param>
/// <param name="isPart">Whether other jobs may write results of other recipes into the same comment meanwhile.</param>
/// <param name="clock">Measures how long another one may take to write.</param>
/// <param name="tell">Hears lines for people.</param>
/// <param name="found">Takes what GitHub does not take; what is in it decides statuses.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class Reporter(
    IRemoteRepository repository,
    IMembers members,
    IComments comments,
    ICommitStatuses statuses,
    CommentFooter footer,
    bool isPart,
    TimeProvider clock,
    Action<string> tell,
    DiagnosticBag found,
    CancellationToken cancellation)
{
    /// <summary>The status that says whether a pull request's recipes can be merged.</summary>
    public const string PlanStatus = "mergeops/plan";

    /// <summary>The status that says whether approved plans were carried out.</summary>
    public const string ApplyStatus = "mergeops/apply";

    /// <summary>The status that says whether a preview met its gates.</summary>
    public const string GatesStatus = "mergeops/gates";

    /// <summary>How many comments one call shows.</summary>
    public const int Early = 100;

    private const int Limit = 65_000;

    // between another job's look at the comment and its writing passes less
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private const int MostSettlements = 6;

    /// <summary>Sets a status of a commit.</summary>
    public Task StatusAsync(string commit, CommitState state, string context, string description) => TryAsync(
        $"the status {context}",
        () => statuses.SetStatusAsync(commit, state, context, description, footer.RunUrl, cancellation));

    /// <summary>Shows the plans of a pull request for approval: its status, which is bound to what the comment shows, and the comment.</summary>
    /// <param name="report">The plans.</param>
    /// <param name="isDraft">Whether the pull request is a draft: nobody is asked to approve one, and it has no status.</param>
    public async Task PlanAsync(PlanReport report, bool isDraft)
    {
        if (!isDraft)
        {
            await PlanStatusAsync(report);
        }

        await CommentAsync(report);
    }

    /// <summary>The gates status of a commit: what became of the previews of its plans.</summary>
    /// <param name="commit">The pull request's newest commit.</param>
    /// <param name="outcomes">What became of them.</param>
    /// <param name="seal">The plans and data that the status is bound to.</param>
    /// <param name="previews">What the previews laid down, which it is bound to as well.</param>
    public Task GatesStatusAsync(
        string commit, ImmutableSortedDictionary<string, RecipeOutcome> outcomes, string seal, IReadOnlyCollection<KeyValuePair<string, PreviewMark>> previews) => StatusAsync(
        commit,
        outcomes.Values.All(outcome => outcome.State == States.Previewed) ? CommitState.Success : CommitState.Failure,
        GatesStatus,
        $"{string.Join(", ", outcomes.Values.GroupBy(outcome => outcome.State).Select(state => $"{state.Count()} {state.Key}"))}; plans and data {seal}{(previews.Count == 0 ? "" : $"; files {PlanSeal.OfPreviews(previews)}")}");

    /// <summary>Answers a comment with a picture, as people do.</summary>
    public Task ReactAsync(long comment, Reaction reaction) => TryAsync(
        "a reaction", () => comments.ReactAsync(comment, reaction, cancellation));

    /// <summary>Does what a comment asks for, and shows below it that this was seen, and how it ended. A failure is found, and ends nothing else.</summary>
    public async Task AnsweringAsync(long comment, Func<Task> obey)
    {
        await ReactAsync(comment, Reaction.Seen);
        try
        {
            await obey();
        }
        catch (MergeOpsException failure)
        {
            found.Add(failure.Diagnostic);
        }

        await ReactAsync(comment, found.HasErrors ? Reaction.Refused : Reaction.Done);
    }

    /// <summary>
    /// Brings the pull request's one comment up to date: it is edited where it is, written again when somebody deleted it, and
    /// never written for a pull request without recipes.
    /// </summary>
    /// <param name="report">What it shows.</param>
    /// <param name="outcomes">What became of plans now; what is known of others, and still true, stays.</param>
    /// <param name="approved">Whose plans stay the approved ones, whatever the report shows; null when the report's own are shown for approval.</param>
    public Task CommentAsync(
        PlanReport report,
        ImmutableSortedDictionary<string, RecipeOutcome>? outcomes = null,
        CommentHeader? approved = null) => TryAsync("the comment", async () =>
    {
        var (own, tries) = (outcomes ?? ImmutableSortedDictionary<string, RecipeOutcome>.Empty, 0);
        do
        {
            var comment = await FindAsync(report.Number);
            if (report.Recipes.IsEmpty && comment is null)
            {
                return;
            }

            var header = CommentHeader.Of(report);
            header = approved is null ? header : header with { Head = approved.Head, Plans = approved.Plans };
            await WriteAsync(comment, report.Number, new CommentText(report, (header with { Outcomes = Kept(comment, report, header) }).With(own), footer));
        }
        while (isPart && own.Count > 0 && report.Recipes.Length > own.Count && ++tries < MostSettlements && !await StandsAsync(report.Number, own));
    });

    // GitHub takes the last text, whatever its writer had seen
    private async Task<bool> StandsAsync(int number, ImmutableSortedDictionary<string, RecipeOutcome> own)
    {
        await Task.Delay(Settled, clock, cancellation);
        var there = (await HeaderAsync(number))?.Outcomes;
        return there is not null && own.All(outcome => there.GetValueOrDefault(outcome.Key) is { } stands && (stands.State, stands.Version, stands.Plan) == (outcome.Value.State, outcome.Value.Version, outcome.Value.Plan));
    }

    /// <summary>Our comment below a pull request, or null.</summary>
    /// <exception cref="MergeOpsException">GitHub cannot be asked.</exception>
    public async Task<CommentInfo?> FindAsync(int number)
    {
        var own = await members.OwnLoginAsync(cancellation);
        return await comments.FindCommentAsync(number, comment => IsOurs(comment, own), cancellation);
    }

    /// <summary>What our comment below a pull request says in its first line, or null.</summary>
    /// <exception cref="MergeOpsException">GitHub cannot be asked.</exception>
    public async Task<CommentHeader?> HeaderAsync(int number) =>
        await FindAsync(number) is { } comment ? HeaderOf(comment, number) : null;

    /// <summary>The same, looked for among the first <see cref="Early"/> comments only.</summary>
    /// <returns>The header or null, and whether it is certain that there is no other.</returns>
    /// <exception cref="MergeOpsException">GitHub cannot be asked.</exception>
    public async Task<(CommentHeader? Header, bool IsCertain)> EarlyHeaderAsync(int number)
    {
        var own = await members.OwnLoginAsync(cancellation);
        var first = await comments.FirstCommentsAsync(number, Early, cancellation);
        var comment = first.FirstOrDefault(comment => IsOurs(comment, own));
        return (comment is null ? null : HeaderOf(comment, number), comment is not null || first.Length < Early);
    }

    private Task PlanStatusAsync(PlanReport report)
    {
        var text = report.Recipes.IsEmpty ? "no recipe changes"
            : report.IsValid ? $"{Quantity.Of(report.Recipes.Length, "recipe")}; plan {report.PlanHash?[..8] ?? "removed"}"
            : $"{report.Recipes.Count(recipe => recipe.Verdict == RecipeVerdict.Invalid)} of {Quantity.Of(report.Recipes.Length, "recipe")} cannot be merged";
        var shown = CommentHeader.Of(report).Plans;
        return StatusAsync(
            report.Head, report.IsValid ? CommitState.Success : CommitState.Failure, PlanStatus, shown.IsEmpty ? text : $"{text}; shown {PlanSeal.Of(shown)}");
    }

    private static bool IsOurs(CommentInfo comment, string own) => comment.AuthorLogin == own && CommentHeader.Opens(comment.Body);

    private CommentHeader? HeaderOf(CommentInfo comment, int number) =>
        CommentHeader.Find(comment.Body, CommentHeader.PullOf(repository.Name, number));

    // an outcome of another plan, or of the same one on other terms, says nothing about this one
    private static ImmutableSortedDictionary<string, RecipeOutcome> Kept(CommentInfo? comment, PlanReport report, CommentHeader header) =>
        comment is not null && CommentHeader.Find(comment.Body, CommentHeader.PullOf(report.Repository, report.Number)) is { } before
            ? before.Outcomes.Where(outcome => IsOf(outcome.Value, header.Plans.GetValueOrDefault(outcome.Key), before.Plans.GetValueOrDefault(outcome.Key))).ToImmutableSortedDictionary()
            : ImmutableSortedDictionary<string, RecipeOutcome>.Empty;

    private static bool IsOf(RecipeOutcome outcome, ShownPlan? plan, ShownPlan? before) =>
        outcome.Plan == plan?.Digest && (before?.Digest != plan?.Digest || before?.Terms == plan?.Terms);

    private async Task WriteAsync(CommentInfo? comment, int number, CommentText text)
    {
        foreach (var detail in Enum.GetValues<CommentDetail>())
        {
            var body = text.Write(detail);
            if (body.Length > Limit && detail != CommentDetail.FirstRows)
            {
                continue;
            }

            try
            {
                await PutAsync(comment, number, body);
                return;
            }
            catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.GitHubTooLong && detail != CommentDetail.FirstRows)
            {
                // GitHub counts differently than we do: the next shorter form
            }
        }
    }

    private async Task PutAsync(CommentInfo? comment, int number, string body)
    {
        if (comment is not null)
        {
            try
            {
                if (comment.Body != body)
                {
                    await comments.EditCommentAsync(comment.Id, body, cancellation);
                }

                return;
            }
            catch (MergeOpsException gone) when (gone.Diagnostic.Code == Codes.GitHubGone)
            {
                tell("The comment had been deleted; it was written again.");
            }
        }

        await comments.CreateCommentAsync(number, body, cancellation);
    }

    private async Task TryAsync(string what, Func<Task> post)
    {
        try
        {
            await post();
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Code.Kind == FailureKind.Environment)
        {
            found.Warning(Codes.NotPosted, $"It did not accept {what}: {failure.Diagnostic.Detail}");
        }
    }
}
