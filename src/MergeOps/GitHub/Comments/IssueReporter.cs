using MergeOps.Diagnostics;
using MergeOps.Forges;

namespace MergeOps.GitHub.Comments;

/// <summary>Keeps the one issue of scheduled runs up to date: opened when there is something to say, closed when all is calm.</summary>
/// <param name="all">The issues of the repository.</param>
/// <param name="found">Takes what GitHub does not take.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class IssueReporter(IIssues all, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Writes a section. What GitHub does not take is a warning.</summary>
    /// <param name="section">The section.</param>
    /// <param name="markdown">Its text.</param>
    /// <param name="isCalm">Whether nobody has to do anything about it.</param>
    public async Task TellAsync(IssueSection section, string markdown, bool isCalm)
    {
        try
        {
            var issue = await all.FindIssueAsync(RollingIssue.Marker, cancellation);
            var text = (issue is null ? RollingIssue.Empty : RollingIssue.Read(issue.Body)).With(section, markdown, isCalm);
            if (issue is null && isCalm)
            {
                return;
            }

            if (issue is null)
            {
                await all.CreateIssueAsync(RollingIssue.Title, text.Write(), cancellation);
            }
            else if (issue.Body != text.Write() || issue.IsOpen != text.IsToDo)
            {
                await all.EditIssueAsync(issue.Number, RollingIssue.Title, text.Write(), text.IsToDo, cancellation);
            }
        }
        catch (MergeOpsException failure) when (failure.Diagnostic.Code.Kind == FailureKind.Environment)
        {
            found.Warning(Codes.NotPosted, $"It did not accept the issue: {failure.Diagnostic.Detail}");
        }
    }
}
