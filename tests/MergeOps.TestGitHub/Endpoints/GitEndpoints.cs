using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Http;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Git's own objects and references.</summary>
internal static class GitEndpoints
{
    private const string Permission = "contents=write";

    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("GET /repos/{owner}/{repo}/git/ref/{ref}", ReferenceAsync);
        routes.Map("POST /repos/{owner}/{repo}/git/refs", CreateReferenceAsync);
        routes.Map("PATCH /repos/{owner}/{repo}/git/refs/{ref}", MoveReferenceAsync);
        routes.Map("POST /repos/{owner}/{repo}/git/blobs", BlobAsync);
        routes.Map("POST /repos/{owner}/{repo}/git/trees", TreeAsync);
        routes.Map("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", CommitAsync);
        routes.Map("POST /repos/{owner}/{repo}/git/commits", CreateCommitAsync);
    }

    private static Task ReferenceAsync(GitHubCall call)
    {
        var sha = call.Repository.Git.Resolve($"refs/{call["path"]}") ?? throw GitHubError.NotFound();
        return call.AnswerAsync(Reference(call.Example(200), $"refs/{call["path"]}", sha));
    }

    private static Task CreateReferenceAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var (git, reference, sha) = (call.Repository.Git, call.Text("ref")!, call.Text("sha")!);
        if (!reference.StartsWith("refs/", StringComparison.Ordinal) || !git.Is(sha, "commit"))
        {
            throw GitHubError.Invalid("Object does not exist");
        }

        if (git.Resolve(reference) is not null)
        {
            throw new GitHubError(422, "Reference already exists");
        }

        git.Point(reference, sha);
        return call.AnswerAsync(Reference(call.Example(201), reference, sha), 201);
    }

    private static Task MoveReferenceAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var (git, reference, sha) = (call.Repository.Git, $"refs/{call["path"]}", call.Text("sha")!);
        if (git.Resolve(reference) is not { } before)
        {
            throw new GitHubError(422, "Reference does not exist");
        }

        if (call.Body["force"]?.GetValue<bool>() != true && git.MergeBase(before, sha) != before)
        {
            throw new GitHubError(422, "Update is not a fast forward");
        }

        git.Point(reference, sha);
        return call.AnswerAsync(Reference(call.Example(200), reference, sha));
    }

    private static Task BlobAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var bytes = call.Text("encoding") == "base64" ? Convert.FromBase64String(call.Text("content")!) : Encoding.UTF8.GetBytes(call.Text("content")!);
        return call.AnswerAsync(Answers.With(call.Example(201), ("sha", call.Repository.Git.Blob(bytes))), 201);
    }

    private static Task TreeAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var (git, onto) = (call.Repository.Git, call.Text("base_tree"));
        if (onto is not null && !git.Is(onto, "tree"))
        {
            throw GitHubError.Invalid("base_tree is not a valid tree oid");
        }

        var files = call.Body["tree"]!.AsArray().Select(entry => KeyValuePair.Create(
            (string)entry!["path"]!,
            entry["content"] is { } content ? Encoding.UTF8.GetBytes((string)content!) : (string?)entry["sha"] is { } sha ? git.Bytes(sha) : null));
        return call.AnswerAsync(Answers.With(call.Example(201), ("sha", git.Tree(onto, files)), ("truncated", false)), 201);
    }

    private static Task CommitAsync(GitHubCall call)
    {
        var git = call.Repository.Git;
        return git.Is(call["commit_sha"], "commit") ? call.AnswerAsync(Commit(call, 200, call["commit_sha"])) : throw GitHubError.NotFound();
    }

    private static Task CreateCommitAsync(GitHubCall call)
    {
        call.MustWrite(Permission);
        var git = call.Repository.Git;
        var parents = call.Body["parents"]?.AsArray().Select(parent => (string)parent!).ToArray() ?? [];
        if (!git.Is(call.Text("tree")!, "tree") || !Array.TrueForAll(parents, parent => git.Is(parent, "commit")))
        {
            throw GitHubError.Invalid("Tree SHA or parent does not exist");
        }

        return call.AnswerAsync(Commit(call, 201, git.Commit(call.Text("tree")!, parents, call.Text("message")!, call.Token.Login)), 201);
    }

    private static JsonObject Commit(GitHubCall call, int status, string sha)
    {
        var git = call.Repository.Git;
        var (author, message, parents) = git.Describe(sha);
        var example = call.Example(status);
        var parent = example["parents"]![0]!;
        example["author"]!["name"] = author;
        example["tree"]!["sha"] = git.TreeOf(sha);
        return Answers.With(
            example,
            ("sha", sha),
            ("message", message),
            ("parents", new JsonArray([.. parents.Select(id => Answers.With(parent.DeepClone(), ("sha", id)))])));
    }

    private static JsonObject Reference(JsonNode example, string reference, string sha)
    {
        example["object"]!["sha"] = sha;
        return Answers.With(example, ("ref", reference));
    }
}
