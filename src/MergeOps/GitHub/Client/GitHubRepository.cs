using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using MergeOps.Diagnostics;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <summary>
/// One repository on GitHub: all that MergeOps asks and changes there. Every text is freed of secrets before it is sent.
/// All methods throw a <see cref="MergeOpsException"/> when GitHub does not answer or refuses (MOPS810 to MOPS815).
/// </summary>
internal sealed partial class GitHubRepository(GitHubConnection connection, RepositorySlug slug)
{
    /// <summary>How many things GitHub lists at most in one call.</summary>
    public const int PageSize = 100;

    // the workflow's own token has no user that could be asked for
    private const string WorkflowLogin = "github-actions[bot]";
    private const string DeletedLogin = "ghost";

    private string? ownLogin;

    /// <summary>The repository's name.</summary>
    public RepositorySlug Slug => slug;

    /// <summary>Which GitHub it is on, and who asks.</summary>
    public GitHubSettings Settings => connection.Settings;

    /// <summary>The branch that pull requests go into when nobody says otherwise.</summary>
    public async Task<string> DefaultBranchAsync(CancellationToken cancellation = default)
    {
        var subject = new GitHubSubject($"the repository {slug}", "metadata: read");
        var repository = await connection.CallAsync(subject, github => github.Repository.Get(slug.Owner, slug.Name), cancellation);
        return repository.DefaultBranch ?? throw connection.Failures.Unexpected(subject, "no default branch");
    }

    /// <summary>The login under which this token writes.</summary>
    public async Task<string> OwnLoginAsync(CancellationToken cancellation = default)
    {
        if (ownLogin is null)
        {
            try
            {
                var user = await connection.CallAsync(new("the token's user", "metadata: read"), github => github.User.Current(), cancellation);
                ownLogin = user.Login;
            }
            catch (MergeOpsException refusal) when (refusal.Diagnostic.Code == Codes.GitHubRefused && connection.Settings.Token is not null
                && refusal.InnerException is ForbiddenException)
            {
                ownLogin = WorkflowLogin;
            }
        }

        return ownLogin;
    }

    /// <summary>Whether somebody may push to the repository.</summary>
    public async Task<bool> MayWriteAsync(string login, CancellationToken cancellation = default)
    {
        try
        {
            var subject = new GitHubSubject($"the permission of {TerminalText.Quoted(login)} in {slug}", "metadata: read");
            var answer = await connection.CallAsync(
                subject, github => github.Repository.Collaborator.ReviewPermission(slug.Owner, slug.Name, Uri.EscapeDataString(login)), cancellation);

            // maintainers are said to write, and those who triage to read
            return answer.Permission is "admin" or "write";
        }
        catch (MergeOpsException stranger) when (stranger.Diagnostic.Code == Codes.GitHubGone)
        {
            return false;
        }
    }

    /// <summary>Whether somebody is a member of a team, as far as this token may see that.</summary>
    /// <param name="organization">The team's organization.</param>
    /// <param name="team">The team.</param>
    /// <param name="login">Who.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<bool> IsInTeamAsync(string organization, string team, string login, CancellationToken cancellation = default)
    {
        try
        {
            // Octokit knows teams by their numbers alone
            var address = new Uri($"orgs/{Uri.EscapeDataString(organization)}/teams/{Uri.EscapeDataString(team)}/memberships/{Uri.EscapeDataString(login)}", UriKind.Relative);
            var membership = await connection.CallAsync(
                new($"whether {TerminalText.Quoted(login)} is in the team {TerminalText.Quoted($"{organization}/{team}")}", "members: read"),
                github => new ApiConnection(github.Connection).Get<TeamMembershipDetails>(address),
                cancellation);
            return membership.State.StringValue == "active";
        }
        catch (MergeOpsException stranger) when (stranger.Diagnostic.Code == Codes.GitHubGone)
        {
            return false;
        }
    }

    /// <summary>The bytes of a file; null when it is not there.</summary>
    /// <param name="path">Where it is, with <c>/</c>.</param>
    /// <param name="reference">A branch, a tag or a commit.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task<byte[]?> FileAsync(string path, string reference, CancellationToken cancellation = default)
    {
        try
        {
            var subject = new GitHubSubject($"the file {TerminalText.Quoted(path)} of {slug}", "contents: read");
            var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
            return await connection.CallAsync(
                subject,
                github => github.Repository.Content.GetRawContentByRef(slug.Owner, slug.Name, escaped, Uri.EscapeDataString(reference)),
                cancellation);
        }
        catch (MergeOpsException absent) when (absent.Diagnostic.Code == Codes.GitHubGone)
        {
            return null;
        }
    }

    /// <summary>Sets a commit's status; the last one of a context counts.</summary>
    /// <param name="sha">The commit.</param>
    /// <param name="state">What it says.</param>
    /// <param name="context">Which check says it, such as <c>mergeops/plan</c>.</param>
    /// <param name="description">In a few words; what is longer than 140 characters is cut.</param>
    /// <param name="url">Where more is to be read, or null.</param>
    /// <param name="cancellation">Stops.</param>
    public Task SetStatusAsync(
        string sha, CommitState state, string context, string description, string? url, CancellationToken cancellation = default)
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
            new($"the status {context} of {slug}@{Short(sha)}", "statuses: write"),
            github => github.Repository.Status.Create(slug.Owner, slug.Name, sha, status),
            cancellation);
    }

    /// <summary>Hands findings to code scanning.</summary>
    /// <param name="sha">The commit whose files they are about.</param>
    /// <param name="reference">Where that commit is, such as <c>refs/pull/12/merge</c>.</param>
    /// <param name="sarif">They, as SARIF.</param>
    /// <param name="cancellation">Stops.</param>
    public Task UploadFindingsAsync(string sha, string reference, string sarif, CancellationToken cancellation = default)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(Encoding.UTF8.GetBytes(SecretText.Redact(sarif)));
        }

        var body = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["commit_sha"] = sha,
            ["ref"] = reference,
            ["sarif"] = Convert.ToBase64String(packed.ToArray()),
            ["tool_name"] = "mergeops",
        };
        return connection.CallAsync(
            new($"the findings of {slug}@{Short(sha)}", "security-events: write"),
            github => github.Connection.Post<object>(new Uri($"repos/{slug}/code-scanning/sarifs", UriKind.Relative), body, null, null),
            cancellation);
    }

    /// <summary>The statuses of a commit, the newest first.</summary>
    public async Task<ImmutableArray<StatusInfo>> StatusesAsync(string sha, CancellationToken cancellation = default)
    {
        var statuses = await PagesAsync(
            new($"the statuses of {slug}@{Short(sha)}", "statuses: read"),
            (github, options) => github.Repository.Status.GetAll(slug.Owner, slug.Name, sha, options),
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

    /// <summary>Our own last status of a commit and a context; null when there is none. Others may set statuses, too.</summary>
    public async Task<StatusInfo?> OwnStatusAsync(string sha, string context, CancellationToken cancellation = default) =>
        (await OwnStatusesAsync(sha, cancellation)).FirstOrDefault(status => status.Context == context);

    /// <summary>Our own statuses of a commit, the newest first.</summary>
    public async Task<IReadOnlyList<StatusInfo>> OwnStatusesAsync(string sha, CancellationToken cancellation = default)
    {
        var own = await OwnLoginAsync(cancellation);
        return [.. (await StatusesAsync(sha, cancellation)).Where(status => status.CreatorLogin == own)];
    }

    private static string Short(string sha) => TerminalText.Escape(sha.Length > 8 ? sha[..8] : sha);

    /// <summary>Pages of a list until a page is not full, or one says that it is enough.</summary>
    private async Task<ImmutableArray<T>> PagesAsync<T>(
        GitHubSubject subject,
        Func<IGitHubClient, ApiOptions, Task<IReadOnlyList<T>>> page,
        int most,
        Func<IReadOnlyList<T>, bool> isEnough,
        CancellationToken cancellation)
    {
        var found = ImmutableArray.CreateBuilder<T>();
        var size = Math.Min(most, PageSize);
        for (var number = 1; found.Count < most; number++)
        {
            var options = new ApiOptions { StartPage = number, PageCount = 1, PageSize = size };
            var items = await connection.CallAsync(subject, github => page(github, options), cancellation);
            found.AddRange(items);
            if (items.Count < size || isEnough(items))
            {
                break;
            }
        }

        return found.Count > most ? [.. found.Take(most)] : found.ToImmutable();
    }
}
