using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>Making, squashing and removing branches and tags; a tag's URL holds the revision when made, the tag when removed.</summary>
internal static class BranchAndTagEndpoints
{
    // of the message of a squash, by the Hub's OpenAPI document
    private const int LongestMessage = 500;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("POST", "/api/models/{id}/branch/{name}", CreateBranchAsync);
        routes.Map("DELETE", "/api/models/{id}/branch/{name}", call => DeleteAsync(call, repository => repository.Branches));
        routes.Map("POST", "/api/models/{id}/super-squash/{name}", SquashAsync);
        routes.Map("POST", "/api/models/{id}/tag/{rev}", CreateTagAsync);
        routes.Map("DELETE", "/api/models/{id}/tag/{name}", call => DeleteAsync(call, repository => repository.Tags));
    }

    private static async Task CreateBranchAsync(HubCall call)
    {
        var repository = call.WritableRepository();
        var start = call.Context.Request.ContentLength is > 0 ? (string?)(await call.ReadJsonAsync())["startingPoint"] : null;
        Add(repository.Branches, call["name"], call.Commit(repository, start ?? "main"), repository, "Branch");
        await call.WriteJsonAsync(new JsonObject());
    }

    private static async Task SquashAsync(HubCall call)
    {
        var repository = call.WritableRepository();
        var message = call.Context.Request.ContentLength is > 0 ? (string?)(await call.ReadJsonAsync())["message"] : null;
        if (message?.Length > LongestMessage)
        {
            throw HubError.BadRequest($"\"message\" has more than {LongestMessage} characters");
        }

        var name = call["name"];
        if (repository.Squash(name, message ?? $"Super-squash branch '{name}'") is not { } squashed)
        {
            throw repository.Find(name) is null ? HubError.NoRevision(name) : HubError.BadRequest($"Invalid reference for a branch: {name}");
        }

        await call.WriteJsonAsync(new JsonObject { ["commitId"] = squashed.Id });
    }

    private static async Task CreateTagAsync(HubCall call)
    {
        var repository = call.WritableRepository();
        var tag = (string?)(await call.ReadJsonAsync())["tag"] ?? throw HubError.BadRequest("\"tag\" is required");
        Add(repository.Tags, tag, call.Commit(repository), repository, "Tag");
        await call.WriteJsonAsync(new JsonObject());
    }

    private static Task DeleteAsync(HubCall call, Func<HubRepository, SortedDictionary<string, Commit>> names)
    {
        var repository = call.WritableRepository();
        lock (repository.Gate)
        {
            if (names(repository) == repository.Branches && call["name"] == "main")
            {
                throw HubError.Forbidden("The branch main cannot be removed.");
            }

            if (!names(repository).Remove(call["name"]))
            {
                throw HubError.NoRevision(call["name"]);
            }
        }

        return call.WriteJsonAsync(new JsonObject());
    }

    private static void Add(SortedDictionary<string, Commit> names, string name, Commit commit, HubRepository repository, string kind)
    {
        if (name.Length == 0 || name.StartsWith("refs/", StringComparison.Ordinal) || name.Any(c => c is <= ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\') || name.Contains("..", StringComparison.Ordinal))
        {
            throw HubError.BadRequest($"\"{name}\" is not a name for a reference.");
        }

        lock (repository.Gate)
        {
            if (!names.TryAdd(name, commit))
            {
                throw HubError.Conflict($"{kind} {name} already exists.");
            }
        }
    }
}
