using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary>The end of an LFS upload: joining its parts, and the check that it arrived.</summary>
internal static class LfsUploadEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("POST", "/api/complete_multipart", CompleteAsync);
        routes.Map("POST", "/{id}.git/info/lfs/verify", VerifyAsync);
    }

    private static async Task CompleteAsync(HubCall call)
    {
        if (call.Context.Request.Headers.Authorization.Count > 0)
        {
            throw HubError.BadRequest("A signed URL takes no token.");
        }

        if (call.Site.Signatures.Refusal(call.RawTarget) is { } refusal)
        {
            throw new HubError(403, null, refusal);
        }

        var body = await call.ReadJsonAsync();
        var upload = call.Site.Uploads.Find(call.Query("uploadId") ?? "") ?? throw new HubError(404, null, "No such upload");
        var parts = (body["parts"] as JsonArray ?? []).Select(part => ((int?)part!["partNumber"] ?? 0, (string?)part["etag"] ?? "")).ToArray();
        if ((string?)body["oid"] != upload.Sha256 || !await call.Site.Uploads.CompleteAsync(upload, parts, call.Aborted))
        {
            throw HubError.BadRequest("One or more of the specified parts could not be found, or the object is not what was promised.");
        }

        await call.WriteJsonAsync(new JsonObject { ["success"] = true });
    }

    private static async Task VerifyAsync(HubCall call)
    {
        var repository = call.Repository();
        call.RequiredToken();
        var body = await call.ReadJsonAsync();
        if (!repository.LfsObjects.TryGetValue((string?)body["oid"] ?? "", out var content) || content.Length != (long?)body["size"])
        {
            throw new HubError(404, null, "The object was not uploaded, or is not what was promised.");
        }

        await call.WriteJsonAsync(new JsonObject { ["success"] = true }, type: LfsBatchEndpoints.MediaType);
    }
}
