using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>POST /api/models/{id}/commit/{rev}</c>: all operations in one commit, on a branch, on a pull request, or as a new one.</summary>
internal static class CommitEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("POST", "/api/models/{id}/commit/{rev}", CommitAsync);

    private static async Task CommitAsync(HubCall call)
    {
        var opensPullRequest = call.IsOn("create_pr");
        var repository = opensPullRequest ? call.Repository() : call.WritableRepository();
        var user = call.RequiredToken().User;
        var request = await CommitRequest.ReadAsync(call.Context.Request.Body, call.Aborted);
        JsonObject answer;
        lock (repository.Gate)
        {
            var pullRequest = repository.PullRequest(call["rev"]);
            var head = pullRequest?.Head ?? repository.Branches.GetValueOrDefault(call["rev"]) ?? throw HubError.NoRevision(call["rev"]);
            var parent = opensPullRequest && request.ParentCommit is not null ? call.Commit(repository, request.ParentCommit) : head;
            if (request.ParentCommit is not null && !parent.Id.StartsWith(request.ParentCommit, StringComparison.Ordinal))
            {
                throw new HubError(412, null, "The branch was updated since you opened this page. Please refresh and try again.");
            }

            var files = CommitTree.Apply(request, parent, repository, call.Site.Options.InlineLimit);
            var commit = repository.Add(parent, files, request.Summary, request.Description, user);
            answer = new JsonObject
            {
                ["success"] = true,
                ["commitOid"] = commit.Id,
                ["commitUrl"] = $"{call.Site.Hub}/{repository.Id}/commit/{commit.Id}",
                ["hookOutput"] = "",
            };
            if (opensPullRequest)
            {
                var opened = DiscussionEndpoints.Open(repository, request.Summary, user, call["rev"], commit);
                answer["pullRequestUrl"] = $"{call.Site.Hub}/{repository.Id}/discussions/{opened.Number}";
            }
            else if (pullRequest is not null)
            {
                pullRequest.Head = commit;
            }
            else
            {
                repository.Branches[call["rev"]] = commit;
            }
        }

        await call.WriteJsonAsync(answer);
    }
}
