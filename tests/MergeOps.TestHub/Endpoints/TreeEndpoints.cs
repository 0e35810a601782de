using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary><c>GET /api/models/{id}/tree/{rev}[/{path}]</c>.</summary>
internal static class TreeEndpoints
{
    // the Hub's OpenAPI document: 1,000 by default, 100 by default for expand=true
    private const int ExpandedPage = 100;

    /// <summary>Adds the endpoints.</summary>
    public static void Map(Routes routes) => routes.Map("GET", "/api/models/{id}/tree/{rev}/{*path}", ListAsync);

    private static Task ListAsync(HubCall call)
    {
        var commit = call.Commit(call.Repository());
        call.Context.Response.Headers["X-Repo-Commit"] = commit.Id;
        var folder = call["path"].TrimEnd('/');
        if (!commit.Folders.ContainsKey(folder))
        {
            throw HubError.NoEntry(commit.Id, $"{folder} does not exist on \"{call["rev"]}\"");
        }

        var expand = call.IsOn("expand");
        return Pages.WriteAsync(call, [.. Paths(commit, folder, call.IsOn("recursive"))], path => TreeEntry.At(commit, path, expand)!, expand ? ExpandedPage : int.MaxValue);
    }

    private static IEnumerable<string> Paths(Commit commit, string folder, bool recursive)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        return commit.Folders.Keys.Where(path => path.Length > 0).Concat(commit.Files.Keys)
            .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path.Length > prefix.Length)
            .Where(path => recursive || !path.AsSpan(prefix.Length).Contains('/'))
            .Order(StringComparer.Ordinal);
    }
}
