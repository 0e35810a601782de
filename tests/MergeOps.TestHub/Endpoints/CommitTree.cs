using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestHub.Http;
using MergeOps.TestHub.Storage;

namespace MergeOps.TestHub.Endpoints;

/// <summary>What a tree becomes by the operations of a commit.</summary>
internal static class CommitTree
{
    /// <summary>Applies all operations, or throws and changes nothing.</summary>
    public static ImmutableSortedDictionary<string, StoredFile> Apply(CommitRequest request, Commit parent, HubRepository repository, long inlineLimit)
    {
        var files = parent.Files;
        foreach (var (key, value) in request.Operations)
        {
            var path = Path(value);
            files = key switch
            {
                "file" => files.SetItem(path, Inline(path, value, inlineLimit)),
                "lfsFile" => Attributed(files.SetItem(path, Lfs(value, repository)), path),
                "deletedFile" when files.ContainsKey(path) => files.Remove(path),
                "deletedFolder" when files.Keys.Any(file => IsIn(path, file)) => files.RemoveRange(files.Keys.Where(file => IsIn(path, file))),
                "deletedFile" or "deletedFolder" => throw HubError.NoEntry(parent.Id, "A file with this name doesn't exist"),
                _ => throw HubError.BadRequest($"\"{key}\" is not an operation."),
            };
        }

        return files;
    }

    private static StoredFile Inline(string path, JsonObject value, long limit)
    {
        var content = (string?)value["content"] ?? "";
        var bytes = (string?)value["encoding"] switch
        {
            "base64" => Convert.FromBase64String(content),
            null or "utf-8" => Encoding.UTF8.GetBytes(content),
            _ => throw HubError.BadRequest("\"encoding\" must be base64 or utf-8."),
        };
        if (bytes.Length > limit)
        {
            throw HubError.BadRequest($"Your push was rejected because {path} is larger than {limit} bytes. Please use https://git-lfs.github.com/ to store larger files.");
        }

        if (path == "README.md")
        {
            MustBeCard(Encoding.UTF8.GetString(bytes));
        }

        return StoredFile.Regular(bytes);
    }

    private static StoredFile Lfs(JsonObject value, HubRepository repository)
    {
        var oid = (string?)value["oid"] ?? "";
        if ((string?)value["algo"] != "sha256")
        {
            throw HubError.BadRequest("\"algo\" must be sha256.");
        }

        return repository.LfsObjects.TryGetValue(oid, out var content) && ((long?)value["size"] ?? content.Length) == content.Length
            ? StoredFile.Lfs(content, oid)
            : throw HubError.BadRequest($"Your push was rejected because an LFS pointer pointed to a file that does not exist: {Path(value)} ({oid}).");
    }

    private static ImmutableSortedDictionary<string, StoredFile> Attributed(ImmutableSortedDictionary<string, StoredFile> files, string path)
    {
        // the Hub adds a rule where none gives the path to LFS
        var attributes = files.TryGetValue(".gitattributes", out var file) ? Encoding.UTF8.GetString(file.GitBytes()) : "";
        return GitPatterns.IsLfs(attributes, path)
            ? files
            : files.SetItem(".gitattributes", StoredFile.Regular(Encoding.UTF8.GetBytes($"{attributes}{path} filter=lfs diff=lfs merge=lfs -text\n")));
    }

    private static void MustBeCard(string readme)
    {
        if (CardErrors.Of(readme) is [var error, ..])
        {
            throw HubError.BadRequest($"Invalid metadata in README.md: {error}");
        }
    }

    private static string Path(JsonObject value)
    {
        var path = (string?)value["path"] ?? "";
        return path.Length == 0 || path.StartsWith('/') || path.Contains('\\', StringComparison.Ordinal) || path.TrimEnd('/').Split('/').Any(part => part is "" or "." or ".." or ".git")
            ? throw HubError.BadRequest($"\"{path}\" is not a path.")
            : path;
    }

    private static bool IsIn(string folder, string path) => path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
