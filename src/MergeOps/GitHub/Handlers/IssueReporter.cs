using MergeOps.Diagnostics;
using MergeOps.GitHub.Reports;

namespace MergeOps.GitHub.Handlers;

/// <summary>Keeps the one issue of scheduled runs up to date: opened when there is something to say, closed when all is calm.</summary>
/// <param name="journey">The run.</param>
internal sealed class IssueReporter(Journey journey)
{
    /// <summary>Writes a section. What GitHub does not take is a warning.</summary>
    /// <param name="section">The section.</param>
    /// <param name="markdown">Its text.</param>
    /// <param name="isCalm">Whether nobody has to do anything about it.</param>
    public async Task TellAsync(IssueSection section, string markdown, bool isCalm)
    {
        try
        {
            var issue = await journey.GitHub.FindIssueAsync(RollingIssue.Marker, journey.Cancellation);
            var text = (issue is null ? RollingIssue.Empty : RollingIssue.Read(issue.Body)).With(section, markdown, isCalm);
            if (issue is null && isCalm)
            {
                return;
            }

            if (issue is null)
            {
                await journey.GitHub.CreateIssueAsync(RollingIssue.Title, text.Write(), [], journey.Cancellation);
            }
            else if (issue.Body != text.Write() || issue.IsOpen != text.IsToDo)
            {
                await journey.GitHub.EditIssueAsync(issue.Number, RollingIssue.Title, text.Write(), text.IsToDo, journey.Cancellation);
            }
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Code.Kind == FailureKind.Environment)
        {
            journey.Found.Warning(Codes.NotPosted, $"It did not take the issue: {failure.Diagnostic.Detail}");
        }
    }
}
