using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using Octokit;

namespace MergeOps.GitHub.Client;

/// <content>Who writes, and who may.</content>
internal sealed partial class GitHubRepository : IMembers
{
    private const string WorkflowLogin = "github-actions[bot]";

    private string? ownLogin;

    /// <inheritdoc/>
    public async Task<string> OwnLoginAsync(CancellationToken cancellation)
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
                ownLogin = await InstallationLoginAsync(cancellation);
            }
        }

        return ownLogin;
    }

    // the token of an app, the workflow's own among them, has no user: REST does not say under which name it writes, GraphQL does
    private async Task<string> InstallationLoginAsync(CancellationToken cancellation)
    {
        const string Query = "{ viewer { login } }";
        try
        {
            return await connection.CallAsync(
                new("the token's login", "metadata: read"),
                async github =>
                {
                    var answer = await github.Connection.Post<object>(
                        connection.Settings.GraphQl, new JsonObject { ["query"] = Query }.ToJsonString(), null, "application/json");
                    return (string)JsonNode.Parse((string)answer.HttpResponse.Body)!["data"]!["viewer"]!["login"]!;
                },
                cancellation);
        }
        catch (MergeOpsException unsaid) when (unsaid.Diagnostic.Code == Codes.GitHubRefused || unsaid.Diagnostic.Code == Codes.GitHubGone || unsaid.Diagnostic.Code == Codes.GitHubUnexpected)
        {
            return WorkflowLogin;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> MayWriteAsync(string login, CancellationToken cancellation)
    {
        try
        {
            var subject = new GitHubSubject($"the permission of {TerminalText.Quoted(login)} in {Slug}", "metadata: read");
            var answer = await connection.CallAsync(
                subject, github => github.Repository.Collaborator.ReviewPermission(Slug.Owner, Slug.Name, Uri.EscapeDataString(login)), cancellation);

            // maintainers are said to write, and those who triage to read
            return answer.Permission is "admin" or "write";
        }
        catch (MergeOpsException stranger) when (stranger.Diagnostic.Code == Codes.GitHubGone)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsInTeamAsync(string organization, string team, string login, CancellationToken cancellation)
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
}
