using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>Making, moving and removing repositories, and their settings.</summary>
internal static partial class RepositoryEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("POST", "/api/repos/create", CreateAsync);
        routes.Map("POST", "/api/repos/move", MoveAsync);
        routes.Map("DELETE", "/api/repos/delete", DeleteAsync);
        routes.Map("PUT", "/api/models/{id}/settings", SettingsAsync);
    }

    private static async Task CreateAsync(HubCall call)
    {
        var token = call.RequiredToken();
        var body = await call.ReadJsonAsync();
        if (((string?)body["type"] ?? "model") != "model")
        {
            throw HubError.BadRequest("Only models are served here.");
        }

        var id = Id(body, token.User);
        if (!Name().IsMatch(id) || id.Contains("--", StringComparison.Ordinal) || id.Contains("..", StringComparison.Ordinal) || id.EndsWith(".git", StringComparison.Ordinal))
        {
            throw HubError.BadRequest($"\"{id}\" is not a repository name.");
        }

        HubCall.MustWriteTo(token, id);
        var url = $"{call.Site.Hub}/{id}";
        var files = RepositoryFiles.Tree((body["files"] as JsonArray ?? []).ToDictionary(
            file => (string?)file!["path"] ?? throw HubError.BadRequest("\"path\" is required"),
            Content (file) => new MemoryContent(Convert.FromBase64String((string?)file!["content"] ?? ""))));
        if (call.Site.Store.Create(id, files, token.User) is not { } repository)
        {
            // the client takes the address from this answer
            await call.WriteJsonAsync(new JsonObject { ["error"] = "You already created this model repo", ["url"] = url }, 409);
            return;
        }

        repository.IsPrivate = IsPrivate(body) ?? false;
        await call.WriteJsonAsync(new JsonObject { ["url"] = url, ["name"] = id, ["id"] = repository.Head.Id[..24] });
    }

    private static async Task MoveAsync(HubCall call)
    {
        var token = call.RequiredToken();
        var body = await call.ReadJsonAsync();
        var (from, to) = ((string?)body["fromRepo"] ?? "", (string?)body["toRepo"] ?? "");
        HubCall.MustWriteTo(token, from);
        HubCall.MustWriteTo(token, to);
        if (call.Site.Store.Repository(from) is null)
        {
            throw new HubError(404, "RepoNotFound", "Repository not found");
        }

        if (!call.Site.Store.Move(from, to))
        {
            throw HubError.Conflict($"{to} exists already.");
        }

        await call.WriteJsonAsync(new JsonObject());
    }

    private static async Task DeleteAsync(HubCall call)
    {
        var token = call.RequiredToken();
        var id = Id(await call.ReadJsonAsync(), token.User);
        HubCall.MustWriteTo(token, id);
        if (call.Site.Store.Repository(id) is null)
        {
            throw new HubError(404, "RepoNotFound", "Repository not found");
        }

        call.Site.Store.Delete(id);
        await call.WriteJsonAsync(new JsonObject());
    }

    private static async Task SettingsAsync(HubCall call)
    {
        var repository = call.WritableRepository();
        var body = await call.ReadJsonAsync();
        repository.IsPrivate = IsPrivate(body) ?? repository.IsPrivate;
        if (body["gated"] is JsonValue gated)
        {
            repository.Gated = gated.TryGetValue<string>(out var kind) ? kind : null;
        }

        await call.WriteJsonAsync(new JsonObject { ["private"] = repository.IsPrivate, ["gated"] = repository.Gated is null ? false : repository.Gated });
    }

    private static bool? IsPrivate(JsonObject body) => (string?)body["visibility"] switch
    {
        "private" => true,
        "public" => false,
        null => (bool?)body["private"],
        _ => throw HubError.BadRequest("\"visibility\" is public or private for models."),
    };

    private static string Id(JsonObject body, string user)
    {
        var name = (string?)body["name"] ?? throw HubError.BadRequest("\"name\" is required");
        return name.Contains('/', StringComparison.Ordinal) ? name : $"{(string?)body["organization"] ?? user}/{name}";
    }

    [GeneratedRegex(@"^(\b[\w\-.]+\b/)?\b[\w\-.]{1,96}\b$", RegexOptions.ECMAScript, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
