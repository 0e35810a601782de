using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Checkouts;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Reports;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>
/// The workflow that planned a pull request is over, and this one may write to it. The report was made by a run over
/// anybody's files: it is believed only as far as GitHub and a plan of our own confirm it, and everything in it is shown as text.
/// </summary>
/// <param name="repository">The repository.</param>
/// <param name="pulls">Its pull requests.</param>
/// <param name="checkouts">Brings what they hold here.</param>
/// <param name="temporary">Takes what the base branch holds.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="findings">Shows findings beside lines.</param>
/// <param name="gates">Judges gates on the models, where the settings allow it.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class PostReport(
    WorkflowRepository repository,
    IPullRequests pulls,
    PullCheckout checkouts,
    string temporary,
    Reporter reporter,
    FindingsReporter findings,
    JudgedGates gates,
    IStageObserver observer,
    CancellationToken cancellation)
{
    /// <summary>Posts a report.</summary>
    /// <param name="finished">The run that made it; null to post without one, as a local call does.</param>
    /// <param name="path">The report.</param>
    /// <exception cref="MergeOpsException">It is no report, or GitHub does not confirm what it says.</exception>
    public async Task RunAsync(FinishedRunEvent? finished, string path)
    {
        var report = PlanReportJson.Read(path);
        Require(report.Repository == repository.Remote.Name, path, "It is about another repository.");
        Require(finished is null || finished.IsOfPullRequest, path, "The run that made it was not for a pull request.");
        Require(finished is null || finished.Head == report.Head, path, "It is about a different commit than the run that made it.");
        var pull = await pulls.PullAsync(report.Number, cancellation);
        Require(report.BaseBranch == pull.BaseRef, path, "The pull request goes to another branch.");
        if (!pull.IsOpen)
        {
            // what was shown when it was merged is what was approved; nobody's later run may change that
            observer.Reported($"Not posted: pull request {report.Number} is closed.");
            return;
        }

        if (pull.HeadSha != report.Head)
        {
            // a run for the newer head reports itself; a pull request of somebody else's choice has no such head at all
            observer.Reported($"Not posted: pull request {report.Number} is at {pull.HeadSha[..12]} now, and this is about {report.Head[..12]}.");
            return;
        }

        report = await ConfirmedAsync(report, pull, path);
        await reporter.PlanAsync(report, pull.IsDraft);
    }

    // who wrote the pull request wrote the run that made its report, too: what people approve by it must be what they get
    private async Task<PlanReport> ConfirmedAsync(PlanReport report, PullRequestInfo pull, string path)
    {
        if (report.Recipes.IsEmpty)
        {
            return report;
        }

        await using var trial = await checkouts.OfTrialAsync(pull);
        await using var before = report.Recipes.All(recipe => recipe.Comparison == BaseComparison.NotCompared) ? null
            : await repository.Checkout.Git.FindAsync($"{trial.Commit}^1", temporary, cancellation);
        // as the first half does: what the pull request's base says, and without it what is checked out here
        var settings = before is null ? repository.Settings : RepositorySettings.Find(before.Files.Root, []) ?? RepositorySettings.Default;
        var plans = await RecipePlans.OfAsync(report.Recipes.Select(recipe => recipe.Path), trial.Files, before?.Files, settings, before?.Files ?? repository.Checkout, cancellation);
        Require(
            ClaimsOf(plans.ReportOf(report.Repository, report.Number, report.Head, report.BaseBranch)) == ClaimsOf(report),
            path,
            "The pull request gives plans, targets, test data, gates or changes that differ from what it says. If the base branch has changed the same recipe since, write `/merge plan` below it.");
        await findings.ShowAsync(pull.Number, trial.Commit, ResultFiles.SarifOf(plans.Found));
        if (!settings.Analyze)
        {
            return report;
        }

        // verdicts are taken from nobody
        var judged = (await gates.OfAsync(plans)).Recipes.ToDictionary(recipe => recipe.Report.Path, recipe => recipe.Report, StringComparer.Ordinal);
        return report with { Recipes = [.. report.Recipes.Select(recipe => recipe with { Gates = judged[recipe.Path].Gates, Geometry = judged[recipe.Path].Geometry })] };
    }

    // all but the words of findings
    private static string ClaimsOf(PlanReport report) =>
        SecretText.Redact(PlanReportJson.Write(report with { Recipes = [.. report.Recipes.Select(recipe => recipe with { Findings = [] })] }));

    private static void Require(bool isTrue, string path, string otherwise)
    {
        if (!isTrue)
        {
            throw new MergeOpsException(Codes.ReportUnreadable, otherwise, SourceSpan.File(path));
        }
    }
}
