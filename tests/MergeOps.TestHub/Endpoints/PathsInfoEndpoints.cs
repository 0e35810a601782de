using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>POST /api/models/{id}/paths-info/{rev}</c>: form from Python, JSON from JavaScript.</summary>
internal static class PathsInfoEndpoints
{
    private const int Most = 1000;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("POST", "/api/models/{id}/paths-info/{rev}", ListAsync);

    private static async Task ListAsync(HubCall call)
    {
        var commit = call.Commit(call.Repository());
        var (paths, expand) = await ReadAsync(call);
        if (paths.Count > Most)
        {
            throw new HubError(413, null, "too many parameters");
        }

        call.Context.Response.Headers["X-Repo-Commit"] = commit.Id;
        var entries = paths.Select(path => TreeEntry.At(commit, path.Trim('/'), expand)).OfType<JsonNode>();
        await call.WriteJsonAsync(new JsonArray([.. entries]));
    }

    private static async Task<(List<string> Paths, bool Expand)> ReadAsync(HubCall call)
    {
        if (call.Context.Request.HasFormContentType)
        {
            var form = await call.Context.Request.ReadFormAsync(call.Aborted);
            return ([.. form["paths"].OfType<string>()], form["expand"] == "true" || form["expand"] == "True");
        }

        var body = await call.ReadJsonAsync();
        var paths = body["paths"] switch
        {
            JsonArray array => array.Select(path => (string)path!),
            JsonValue one => [(string)one!],
            _ => throw HubError.BadRequest("\"paths\" is required"),
        };
        return ([.. paths], (bool?)body["expand"] ?? false);
    }
}
