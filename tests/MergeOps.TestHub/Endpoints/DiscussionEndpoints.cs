using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>Pull requests: opening, reading, closing and merging them.</summary>
internal static class DiscussionEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("POST", "/api/models/{id}/discussions", OpenAsync);
        routes.Map("GET", "/api/models/{id}/discussions", ListAsync);
        routes.Map("GET", "/api/models/{id}/discussions/{number}", call => call.WriteJsonAsync(Describe(call.Repository(), Find(call))));
        routes.Map("POST", "/api/models/{id}/discussions/{number}/merge", MergeAsync);
        routes.Map("POST", "/api/models/{id}/discussions/{number}/status", StatusAsync);
    }

    /// <summary>Opens a pull request with a commit; the caller holds the repository's gate.</summary>
    public static PullRequest Open(HubRepository repository, string title, string user, string baseBranch, Commit head)
    {
        var number = repository.PullRequests.Count + 1;
        return repository.PullRequests[number] = new PullRequest(number, title, user, baseBranch, head);
    }

    private static async Task OpenAsync(HubCall call)
    {
        var repository = call.Repository();
        var user = call.RequiredToken().User;
        var body = await call.ReadJsonAsync();
        if ((bool?)body["pullRequest"] != true)
        {
            throw HubError.BadRequest("Only pull requests are kept here.");
        }

        JsonObject answer;
        lock (repository.Gate)
        {
            var opened = Open(repository, (string?)body["title"] ?? throw HubError.BadRequest("\"title\" is required"), user, "main", repository.Head);
            opened.Status = "draft";
            answer = new JsonObject { ["num"] = opened.Number, ["pullRequest"] = true, ["url"] = $"{call.Site.Hub}/{repository.Id}/discussions/{opened.Number}" };
        }

        await call.WriteJsonAsync(answer);
    }

    private static Task ListAsync(HubCall call)
    {
        var repository = call.Repository();
        JsonObject[] all = [.. repository.PullRequests.Values.Reverse().Select(pull => Describe(repository, pull))];
        return call.WriteJsonAsync(new JsonObject { ["discussions"] = new JsonArray([.. all]), ["count"] = all.Length, ["start"] = 0 });
    }

    private static async Task MergeAsync(HubCall call)
    {
        var repository = call.WritableRepository();
        var pull = Find(call);
        lock (repository.Gate)
        {
            if (pull.Status is "merged" or "closed")
            {
                throw HubError.Conflict($"The pull request is {pull.Status}.");
            }

            // a fast-forward where it can be one, else the pull request's tree on top of the branch
            var head = repository.Branches[pull.BaseBranch];
            repository.Branches[pull.BaseBranch] = pull.Head.History().Contains(head) ? pull.Head : repository.Add(head, pull.Head.Files, pull.Title, $"Merge of #{pull.Number}", pull.Author);
            pull.Status = "merged";
        }

        await call.WriteJsonAsync(Describe(repository, pull));
    }

    private static async Task StatusAsync(HubCall call)
    {
        var repository = call.WritableRepository();
        var pull = Find(call);
        var status = (string?)(await call.ReadJsonAsync())["status"];
        pull.Status = status is "open" or "closed" ? status : throw HubError.BadRequest("\"status\" is open or closed.");
        await call.WriteJsonAsync(Describe(repository, pull));
    }

    private static PullRequest Find(HubCall call) =>
        int.TryParse(call["number"], CultureInfo.InvariantCulture, out var number) && call.Repository().PullRequests.TryGetValue(number, out var pull)
            ? pull
            : throw new HubError(404, null, "Discussion not found");

    private static JsonObject Describe(HubRepository repository, PullRequest pull) => new()
    {
        ["num"] = pull.Number,
        ["title"] = pull.Title,
        ["status"] = pull.Status,
        ["author"] = new JsonObject { ["name"] = pull.Author },
        ["isPullRequest"] = true,
        ["repo"] = new JsonObject { ["name"] = repository.Id, ["type"] = "model" },
        ["changes"] = new JsonObject { ["base"] = "refs/heads/" + pull.BaseBranch, ["mergeCommitId"] = null },
        ["events"] = new JsonArray(),
    };
}
