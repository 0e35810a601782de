using System.Collections.Immutable;
using MergeOps.Forges;
using Octokit;
using CommitState = MergeOps.Forges.CommitState;

namespace MergeOps.GitHub.Client;

/// <content>Statuses of commits.</content>
internal sealed partial class GitHubRepository : ICommitStatuses
{
    /// <inheritdoc/>
    public Task SetStatusAsync(
        string sha, CommitState state, string context, string description, string? url, CancellationToken cancellation)
    {
        var status = new NewCommitStatus
        {
            State = state switch
            {
                CommitState.Pending => Octokit.CommitState.Pending,
                CommitState.Success => Octokit.CommitState.Success,
                CommitState.Failure => Octokit.CommitState.Failure,
                _ => Octokit.CommitState.Error,
            },
            Context = context,
            Description = StatusText.Of(description),
            TargetUrl = url,
        };
        return connection.CallAsync(
            new($"the status {context} of {Slug}@{Short(sha)}", "statuses: write"),
            github => github.Repository.Status.Create(Slug.Owner, Slug.Name, sha, status),
            cancellation);
    }

    /// <inheritdoc/>
    public async Task<StatusInfo?> OwnStatusAsync(string sha, string context, CancellationToken cancellation) =>
        (await OwnStatusesAsync(sha, cancellation)).FirstOrDefault(status => status.Context == context);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StatusInfo>> OwnStatusesAsync(string sha, CancellationToken cancellation)
    {
        var own = await OwnLoginAsync(cancellation);
        return [.. (await StatusesAsync(sha, cancellation)).Where(status => status.CreatorLogin == own)];
    }

    private async Task<ImmutableArray<StatusInfo>> StatusesAsync(string sha, CancellationToken cancellation)
    {
        var statuses = await PagesAsync(
            new($"the statuses of {Slug}@{Short(sha)}", "statuses: read"),
            (github, options) => github.Repository.Status.GetAll(Slug.Owner, Slug.Name, sha, options),
            int.MaxValue,
            _ => false,
            cancellation);
        return [.. statuses.Select(status => new StatusInfo(
            status.Context, StateOf(status.State.StringValue), status.Description ?? "", status.Creator?.Login ?? DeletedLogin))];
    }

    private static CommitState StateOf(string word) => word switch
    {
        "pending" => CommitState.Pending,
        "success" => CommitState.Success,
        "failure" => CommitState.Failure,
        _ => CommitState.Error,
    };
}
