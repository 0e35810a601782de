using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>
/// <c>/{id}/resolve/{rev}/{path}</c>: a relative 307 to the Hub's own cache for a regular file,
/// a 302 to a signed URL of the content host for an LFS file.
/// </summary>
internal static class ResolveEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes)
    {
        routes.Map("GET", "/{id}/resolve/{rev}/{*path}", ResolveAsync);
        routes.Map("GET", "/api/resolve-cache/models/{id}/{sha}/{*path}", CachedAsync);
    }

    private static Task ResolveAsync(HubCall call)
    {
        var (commit, file) = Find(call, call["rev"]);
        return file.Sha256 is null ? ToCacheAsync(call, commit, file) : ToContentHostAsync(call, file);
    }

    private static Task ToCacheAsync(HubCall call, Commit commit, StoredFile file)
    {
        var path = string.Join('/', call["path"].Split('/').Select(Uri.EscapeDataString));
        var key = Uri.EscapeDataString($"/{call["id"]}/resolve/{call["rev"]}/{call["path"]}");
        var etag = Uri.EscapeDataString($"\"{file.BlobId}\"");
        return call.RedirectAsync(307, $"{call.Site.Options.PathPrefix}/api/resolve-cache/{(call["id"].StartsWith("datasets/", StringComparison.Ordinal) ? "" : "models/")}{call["id"]}/{commit.Id}/{path}?{key}=&etag={etag}");
    }

    private static Task ToContentHostAsync(HubCall call, StoredFile file)
    {
        var headers = call.Context.Response.Headers;
        headers["X-Linked-Size"] = file.Size.ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers["X-Linked-Etag"] = $"\"{file.Sha256}\"";
        headers.AcceptRanges = "bytes";
        if (call.Context.Request.Headers.IfNoneMatch == $"\"{file.Sha256}\"")
        {
            call.Context.Response.StatusCode = 304;
            return Task.CompletedTask;
        }

        var name = Uri.EscapeDataString(call["path"].Split('/')[^1]);
        var id = Uri.EscapeDataString(call["id"]);
        return call.RedirectAsync(302, call.Site.Signatures.Sign(call.Site.Cdn, $"/repos/{id}/{file.Sha256}?response-content-disposition=attachment%3B%20filename%3D{name}"));
    }

    private static Task CachedAsync(HubCall call)
    {
        var (_, file) = Find(call, call["sha"]);
        var (request, response) = (call.Context.Request, call.Context.Response);
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.ContentDisposition = $"inline; filename*=UTF-8''{Uri.EscapeDataString(call["path"].Split('/')[^1])}";
        response.Headers.ETag = $"\"{file.BlobId}\"";
        if (request.Headers.IfNoneMatch.ToString().Replace("W/", "", StringComparison.Ordinal) == $"\"{file.BlobId}\"")
        {
            response.StatusCode = 304;
            return Task.CompletedTask;
        }

        return request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase)
            ? ContentAnswer.WriteCompressedAsync(call.Context, file.Content)
            : ContentAnswer.WriteAsync(call.Context, file.Content);
    }

    private static (Commit Commit, StoredFile File) Find(HubCall call, string revision)
    {
        var commit = call.Commit(call.RepositoryWithFiles(), revision);
        call.Context.Response.Headers["X-Repo-Commit"] = commit.Id;
        return commit.Files.TryGetValue(call["path"], out var file) ? (commit, file) : throw HubError.NoEntry(commit.Id);
    }
}
