using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Comments;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Stages;

namespace MergeOps.GitHub.Handlers;

/// <summary>Somebody wrote a command below the issue that scheduled runs keep: what these do at their time is done now.</summary>
/// <param name="issues">The repository's issues.</param>
/// <param name="members">Who may write to it.</param>
/// <param name="reporter">Tells people on GitHub.</param>
/// <param name="drift">Looks whether models moved.</param>
/// <param name="rebuild">Makes published models again.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="found">Takes what is found.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class AnswerIssue(
    IIssues issues, IMembers members, Reporter reporter, FollowDrift drift, RebuildPublished rebuild, IStageObserver observer, DiagnosticBag found, CancellationToken cancellation)
{
    /// <summary>Answers; what is written below other issues is passed over.</summary>
    /// <exception cref="MergeOpsException">GitHub, git or the Hub do not give what is needed.</exception>
    public async Task RunAsync(CommentEvent comment)
    {
        if (!MergeCommand.IsMeant(comment.Body) || (await issues.FindIssueAsync(RollingIssue.Marker, cancellation))?.Number != comment.Number)
        {
            observer.Reported($"Nothing to do: commands are written below a pull request, or below the issue '{RollingIssue.Title}'.");
            return;
        }

        await reporter.AnsweringAsync(comment.Id, () => ObeyAsync(comment));
    }

    private async Task ObeyAsync(CommentEvent comment)
    {
        var command = MergeCommand.Find(comment.Body)?.Kind;
        if (command is not (MergeCommandKind.Upgrade or MergeCommandKind.Rebuild))
        {
            found.Error(Codes.CommandRefused, $"Commands in this issue are {MergeCommand.UsageInIssue}.");
            return;
        }

        if (!await members.MayWriteAsync(comment.Login, cancellation))
        {
            found.Error(Codes.CommandRefused, $"{TerminalText.Quoted(comment.Login)} has no write access to this repository, which commands require.");
            return;
        }

        await (command == MergeCommandKind.Upgrade ? drift.RunAsync() : rebuild.RunAsync());
    }
}
