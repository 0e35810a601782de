using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>POST /api/models/{id}/preupload/{rev}</c>: which files go through LFS, which are ignored, and what is there already.</summary>
internal static class PreuploadEndpoints
{
    private const int Most = 256;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("POST", "/api/models/{id}/preupload/{rev}", AnswerAsync);

    private static async Task AnswerAsync(HubCall call)
    {
        var repository = call.IsOn("create_pr") ? call.Repository() : call.WritableRepository();
        call.RequiredToken();
        var commit = call.Commit(repository);
        var body = await call.ReadJsonAsync();
        if (body["files"] is not JsonArray files)
        {
            throw HubError.BadRequest("\"files\" is required");
        }

        if (files.Count > Most)
        {
            throw new HubError(413, null, $"At most {Most} files.");
        }

        var attributes = (string?)body["gitAttributes"] ?? Text(commit, ".gitattributes");
        var ignore = (string?)body["gitIgnore"] ?? Text(commit, ".gitignore");
        await call.WriteJsonAsync(new JsonObject
        {
            ["files"] = new JsonArray([.. files.Select(file => Describe(file!, commit, attributes, ignore))]),
        });
    }

    private static JsonObject Describe(JsonNode file, Commit commit, string attributes, string ignore)
    {
        var path = (string?)file["path"] ?? throw HubError.BadRequest("\"path\" is required");
        var size = (long?)file["size"] ?? 0;
        var sample = Convert.FromBase64String((string?)file["sample"] ?? "");
        var isLfs = size > 0 && (size > RepositoryFiles.RegularLimit || sample.Contains((byte)0) || GitPatterns.IsLfs(attributes, path));
        var answer = new JsonObject
        {
            ["path"] = path,
            ["uploadMode"] = isLfs ? "lfs" : "regular",
            ["shouldIgnore"] = GitPatterns.IsIgnored(ignore, path),
        };
        if (commit.Files.TryGetValue(path, out var there))
        {
            answer["oid"] = there.Digest;
        }

        return answer;
    }

    private static string Text(Commit commit, string path) => commit.Files.TryGetValue(path, out var file) ? Encoding.UTF8.GetString(file.GitBytes()) : "";
}
