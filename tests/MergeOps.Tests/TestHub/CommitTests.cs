using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class CommitTests
{
    [Fact]
    public async Task A_commit_applies_all_its_lines_at_once_and_tells_its_id()
    {
        await using var hub = await StartAsync();
        var before = hub.Server.Repository("org/model").Head;

        var (status, json) = await CommitAsync(hub, before.Id, File("new/file.txt", "hello"), Deleted("config.json"));

        Assert.Equal(HttpStatusCode.OK, status);
        var head = hub.Server.Repository("org/model").Head;
        Assert.Equal(head.Id, (string)json!["commitOid"]!);
        Assert.Equal($"{hub.Server.Endpoint}org/model/commit/{head.Id}", (string)json["commitUrl"]!);
        Assert.Equal([".gitattributes", "a.safetensors", "new/file.txt"], head.Files.Keys);
        Assert.Equal(before, head.Parent);
    }

    [Fact]
    public async Task A_stale_parent_is_412_and_changes_nothing()
    {
        await using var hub = await StartAsync();
        var repository = hub.Server.Repository("org/model");
        var stale = repository.Head.Id;
        var head = repository.Push("somebody else", new Dictionary<string, byte[]?> { ["x"] = [1] });

        var (status, _) = await CommitAsync(hub, stale, File("y", "y"));

        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        Assert.Equal(head, repository.Head);
        Assert.Equal(HttpStatusCode.OK, (await CommitAsync(hub, head.Id[..7], File("y", "y"))).Status);
    }

    [Fact]
    public async Task A_large_file_that_was_never_uploaded_is_refused()
    {
        await using var hub = await StartAsync();

        var (status, json) = await CommitAsync(hub, null, Lfs("b.safetensors", new string('0', 64), 10));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("LFS pointer pointed to a file that does not exist", (string)json!["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_file_that_no_rule_names_gets_a_rule()
    {
        await using var hub = await StartAsync();
        var there = hub.Server.Repository("org/model").Head.Files["a.safetensors"];

        await CommitAsync(hub, null, Lfs("weights.dat", there.Sha256!, there.Size));

        var head = hub.Server.Repository("org/model").Head;
        Assert.EndsWith("weights.dat filter=lfs diff=lfs merge=lfs -text\n", Encoding.UTF8.GetString(head.Files[".gitattributes"].GitBytes()), StringComparison.Ordinal);
        Assert.Equal(there.Sha256, head.Files["weights.dat"].Sha256);
    }

    [Fact]
    public async Task Inline_content_over_ten_mebibytes_is_refused()
    {
        await using var hub = await StartAsync();

        var (status, _) = await CommitAsync(hub, null, File("large.txt", new string('x', 10 * 1024 * 1024 + 1)));

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task A_card_that_is_not_yaml_is_refused_and_the_check_says_so_before()
    {
        await using var hub = await StartAsync();
        const string Card = "---\nlicense: [mit\n---\n";

        var (commit, _) = await CommitAsync(hub, null, File("README.md", Card));
        var (check, json) = await hub.PostAsync("/api/validate-yaml", new JsonObject { ["content"] = Card, ["repoType"] = "model" });

        Assert.Equal(HttpStatusCode.BadRequest, commit);
        Assert.Equal(HttpStatusCode.BadRequest, check);
        Assert.Single(json!["errors"]!.AsArray());
        Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync("/api/validate-yaml", new JsonObject { ["content"] = "---\nlicense: mit\n---\n", ["repoType"] = "model" })).Status);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_an_absent_entry()
    {
        await using var hub = await StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await CommitAsync(hub, null, Deleted("absent"))).Status);
    }

    [Fact]
    public async Task With_create_pr_the_commit_goes_to_a_pull_request_that_can_grow_and_be_merged()
    {
        await using var hub = await StartAsync();
        var repository = hub.Server.Repository("org/model");
        var main = repository.Head;

        var (_, opened) = await CommitAsync(hub, main.Id, "main?create_pr=1", File("one", "1"));
        await CommitAsync(hub, (string)opened!["commitOid"]!, "refs%2Fpr%2F1", File("two", "2"));

        Assert.EndsWith("/org/model/discussions/1", (string)opened["pullRequestUrl"]!, StringComparison.Ordinal);
        Assert.Equal(main, repository.Head);
        Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync("/api/models/org/model/discussions/1/merge", new JsonObject())).Status);
        Assert.Contains("two", repository.Head.Files.Keys);
    }

    [Fact]
    public async Task Only_a_token_that_may_write_writes()
    {
        await using var hub = await StartAsync();
        var reader = hub.Server.AddToken("reader", canWrite: false).Value;

        using var answer = await hub.SendAsync(HttpMethod.Post, "/api/models/org/model/commit/main", Lines(null, File("x", "x")), reader);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static async Task<RunningHub> StartAsync()
    {
        var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["config.json"] = "{}"u8.ToArray(), ["a.safetensors"] = [1, 2, 3] });
        return hub;
    }

    private static JsonObject File(string path, string text) => Line("file", new() { ["path"] = path, ["encoding"] = "base64", ["content"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) });

    private static JsonObject Lfs(string path, string oid, long size) => Line("lfsFile", new() { ["path"] = path, ["algo"] = "sha256", ["oid"] = oid, ["size"] = size });

    private static JsonObject Deleted(string path) => Line("deletedFile", new() { ["path"] = path });

    private static JsonObject Line(string key, JsonObject value) => new() { ["key"] = key, ["value"] = value };

    private static StringContent Lines(string? parent, params JsonObject[] lines)
    {
        var header = new JsonObject { ["summary"] = "A commit", ["description"] = "" };
        if (parent is not null)
        {
            header["parentCommit"] = parent;
        }

        return new(string.Join('\n', lines.Prepend(Line("header", header)).Select(line => line.ToJsonString())), Encoding.UTF8, "application/x-ndjson");
    }

    private static Task<(HttpStatusCode Status, JsonNode? Json)> CommitAsync(RunningHub hub, string? parent, params JsonObject[] lines) => CommitAsync(hub, parent, "main", lines);

    private static async Task<(HttpStatusCode Status, JsonNode? Json)> CommitAsync(RunningHub hub, string? parent, string revision, params JsonObject[] lines)
    {
        using var answer = await hub.SendAsync(HttpMethod.Post, "/api/models/org/model/commit/" + revision, Lines(parent, lines), hub.Server.Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
