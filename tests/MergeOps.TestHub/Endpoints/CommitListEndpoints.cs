using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>GET /api/models/{id}/commits/{rev}</c>, newest first.</summary>
internal static class CommitListEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("GET", "/api/models/{id}/commits/{rev}", ListAsync);

    private static Task ListAsync(HubCall call)
    {
        var history = call.Commit(call.Repository()).History().ToArray();
        call.Context.Response.Headers["X-Total-Count"] = history.Length.ToString(CultureInfo.InvariantCulture);
        return Pages.WriteAsync(call, [.. history.Select(Describe)]);
    }

    private static JsonObject Describe(Commit commit) => new()
    {
        ["id"] = commit.Id,
        ["title"] = commit.Title,
        ["message"] = commit.Description,
        ["authors"] = new JsonArray(new JsonObject { ["user"] = commit.Author }),
        ["date"] = commit.Date.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
    };
}
