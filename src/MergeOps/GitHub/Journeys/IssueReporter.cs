using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Journeys;

/// <summary>Keeps the one issue of scheduled runs up to date: opened when there is something to say, closed when all is calm.</summary>
/// <param name="journey">The run.</param>
internal sealed class IssueReporter(Journey journey)
{
    private const string Calm = "Nothing moved since the recipes were locked.";

    /// <summary>Writes a section. What GitHub does not take is a warning.</summary>
    /// <param name="section">The section.</param>
    /// <param name="markdown">Its text.</param>
    /// <param name="isCalm">Whether nobody has to do anything about it.</param>
    public async Task TellAsync(IssueSection section, string markdown, bool isCalm)
    {
        try
        {
            var issue = await journey.GitHub.FindIssueAsync(RollingIssue.Marker, journey.Cancellation);
            var text = (issue is null ? RollingIssue.Empty : RollingIssue.Read(issue.Body)).With(section, markdown);
            if (issue is null && isCalm)
            {
                return;
            }

            var isOpen = !isCalm || (section == IssueSection.Rebuild && text.Drift.Length > 0 && text.Drift != Calm);
            if (issue is null)
            {
                await journey.GitHub.CreateIssueAsync(RollingIssue.Title, text.Write(), [], journey.Cancellation);
            }
            else if (issue.Body != text.Write() || issue.IsOpen != isOpen)
            {
                await journey.GitHub.EditIssueAsync(issue.Number, RollingIssue.Title, text.Write(), isOpen, journey.Cancellation);
            }
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Code.Kind == FailureKind.World)
        {
            journey.Found.Warning(Codes.NotPosted, $"It did not take the issue: {failure.Diagnostic.Detail}");
        }
    }
}
