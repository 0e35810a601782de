using MergeOps.TestHub.Http;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>/{id}/raw/{rev}/{path}</c>: what git itself holds, so the pointer's text for an LFS file.</summary>
internal static class RawEndpoints
{
    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("GET", "/{id}/raw/{rev}/{*path}", GetAsync);

    private static Task GetAsync(HubCall call)
    {
        var commit = call.Commit(call.RepositoryWithFiles());
        var response = call.Context.Response;
        response.Headers["X-Repo-Commit"] = commit.Id;
        if (!commit.Files.TryGetValue(call["path"], out var file))
        {
            throw HubError.NoEntry(commit.Id);
        }

        response.Headers.ETag = $"\"{file.BlobId}\"";
        response.ContentType = "text/plain; charset=utf-8";
        return call.WriteAsync(file.GitBytes());
    }
}
