using MergeOps.TestGitHub.Storage;
using Microsoft.AspNetCore.Http;

namespace MergeOps.TestGitHub.Http;

/// <summary>Answers git.</summary>
/// <param name="server">The server.</param>
/// <param name="tokens">Its tokens.</param>
internal sealed class GitPipeline(TestGitHubServer server, TokenStore tokens)
{
    /// <summary>Answers a request for a service of a repository.</summary>
    public Task HandleAsync(HttpContext context, string owner, string name, string service)
    {
        if (tokens.Find(GitBackend.TokenOf(context.Request)) is not { } token)
        {
            return GitBackend.AskAsync(context);
        }

        if (server.Find(owner, name) is not { } repository)
        {
            return GitBackend.RefuseAsync(context, StatusCodes.Status404NotFound, "Repository not found.");
        }

        var writes = GitBackend.Writes(context.Request, service);
        if (!token.May(writes ? "contents=write" : "contents=read") || (token.Repository ?? repository.FullName) != repository.FullName)
        {
            return GitBackend.RefuseAsync(context, StatusCodes.Status403Forbidden, $"Permission to {owner}/{name}.git denied to {token.Login}.");
        }

        return service == "git-receive-pack"
            ? server.ChangeAsync(repository, token, () => GitBackend.AnswerAsync(context, repository, service, token.Login))
            : GitBackend.AnswerAsync(context, repository, service, writes ? token.Login : null);
    }
}
