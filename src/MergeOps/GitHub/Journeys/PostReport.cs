using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Journeys;

/// <summary>
/// The workflow that planned a pull request is over, and this one may write to it. The report was made by a run over
/// anybody's files: it is believed only as far as GitHub itself confirms it, and everything in it is shown as text.
/// </summary>
internal sealed class PostReport(Journey journey)
{
    /// <summary>Posts a report.</summary>
    /// <param name="finished">The run that made it; null to post without one, as a local call does.</param>
    /// <param name="path">The report.</param>
    /// <exception cref="MergeOpsException">It is no report, or GitHub does not confirm what it says.</exception>
    public async Task RunAsync(FinishedRunEvent? finished, string path)
    {
        var report = PlanReportJson.Read(path);
        Require(report.Repository == journey.GitHub.Slug.ToString(), path, "It is about another repository.");
        Require(finished is null || finished.Event == "pull_request", path, "The run that made it was for no pull request.");
        Require(finished is null || finished.Head == report.Head, path, "It is about another commit than the run that made it.");
        var pull = await journey.GitHub.PullAsync(report.Number, journey.Cancellation);
        Require(report.BaseBranch == pull.BaseRef, path, "The pull request goes to another branch.");
        if (!pull.IsOpen)
        {
            // what was shown when it was merged is what was approved; nobody's later run may change that
            journey.Observer.Told($"Not posted: pull request {report.Number} is closed.");
            return;
        }

        if (pull.HeadSha != report.Head)
        {
            // a run for the newer head reports itself; a pull request of somebody else's choice has no such head at all
            journey.Observer.Told($"Not posted: pull request {report.Number} is at {pull.HeadSha[..12]} now, and this is about {report.Head[..12]}.");
            return;
        }

        var reporter = new Reporter(journey);
        await reporter.PlanStatusAsync(report);
        await reporter.CommentAsync(report);
    }

    private static void Require(bool isTrue, string path, string otherwise)
    {
        if (!isTrue)
        {
            throw new MergeOpsException(Codes.ReportUnreadable, otherwise, SourceSpan.File(path));
        }
    }
}
