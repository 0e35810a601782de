using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>GET /api/models/{id}/refs</c>.</summary>
internal static class RefEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("GET", "/api/models/{id}/refs", ListAsync);

    private static Task ListAsync(HubCall call)
    {
        var repository = call.Repository();
        lock (repository.Gate)
        {
            var refs = new JsonObject
            {
                ["branches"] = Refs(repository.Branches.Select(branch => (branch.Key, "refs/heads/" + branch.Key, branch.Value))),
                ["converts"] = new JsonArray(),
                ["tags"] = Refs(repository.Tags.Select(tag => (tag.Key, "refs/tags/" + tag.Key, tag.Value))),
            };
            if (call.IsOn("include_prs"))
            {
                refs["pullRequests"] = Refs(repository.PullRequests.Values.Select(pull => ($"{pull.Number}", $"refs/pr/{pull.Number}", pull.Head)));
            }

            return call.WriteJsonAsync(refs);
        }
    }

    private static JsonArray Refs(IEnumerable<(string Name, string Ref, Commit Commit)> refs) =>
        new([.. refs.Select(r => new JsonObject { ["name"] = r.Name, ["ref"] = r.Ref, ["targetCommit"] = r.Commit.Id })]);
}
