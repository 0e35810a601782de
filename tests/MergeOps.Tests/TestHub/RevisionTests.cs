using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class RevisionTests
{
    [Fact]
    public async Task A_revision_is_a_branch_with_a_slash_a_tag_a_commit_its_first_digits_or_HEAD()
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["n"] = "1"u8.ToArray() });
        var first = repository.Head;
        repository.Tags["v1"] = first;
        repository.Branches["merge/exp-1"] = first;
        var second = repository.Push("second", new Dictionary<string, byte[]?> { ["n"] = "2"u8.ToArray() });

        async Task<string> CommitOf(string revision) => (string)(await hub.GetJsonAsync($"/api/models/org/model/revision/{Uri.EscapeDataString(revision)}"))["sha"]!;

        Assert.Equal(first.Id, await CommitOf("v1"));
        Assert.Equal(first.Id, await CommitOf("merge/exp-1"));
        Assert.Equal(first.Id, await CommitOf(first.Id));
        Assert.Equal(first.Id, await CommitOf(first.Id[..7]));
        Assert.Equal(second.Id, await CommitOf("HEAD"));
        Assert.Equal(second.Id, await CommitOf("main"));
    }

    [Fact]
    public async Task A_squash_leaves_one_commit_of_a_branch_and_the_commits_of_other_names()
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["n"] = "1"u8.ToArray() });
        repository.Tags["v1"] = repository.Head;
        var lost = repository.Push("second", new Dictionary<string, byte[]?> { ["n"] = "2"u8.ToArray() });
        repository.Push("third", new Dictionary<string, byte[]?> { ["n"] = "3"u8.ToArray() });

        var (status, answer) = await hub.PostAsync("/api/models/org/model/super-squash/main", new JsonObject { ["message"] = "all in one" });

        Assert.Equal(HttpStatusCode.OK, status);
        var commit = Assert.Single((await hub.GetJsonAsync("/api/models/org/model/commits/main")).AsArray())!;
        Assert.Equal(((string)answer!["commitId"]!, "all in one"), ((string)commit["id"]!, (string)commit["title"]!));
        Assert.Equal("3", Encoding.ASCII.GetString(repository.Head.Files["n"].Content.ReadAll()));
        Assert.Equal("1", Encoding.ASCII.GetString(repository.Find("v1")!.Files["n"].Content.ReadAll()));
        using var gone = await hub.GetAsync($"/api/models/org/model/revision/{lost.Id}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData("v1", HttpStatusCode.BadRequest)]
    [InlineData("absent", HttpStatusCode.NotFound)]
    public async Task Only_branches_are_squashed(string name, HttpStatusCode expected)
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());
        repository.Tags["v1"] = repository.Head;

        Assert.Equal(expected, (await hub.PostAsync($"/api/models/org/model/super-squash/{name}", new JsonObject())).Status);
    }

    [Fact]
    public async Task Refs_always_have_branches_converts_and_tags_and_pull_requests_when_asked()
    {
        await using var hub = await RunningHub.StartAsync();
        var head = hub.Server.AddModel("org/model", new Dictionary<string, byte[]>()).Head.Id;
        await hub.PostAsync("/api/models/org/model/discussions", new JsonObject { ["title"] = "t", ["pullRequest"] = true });

        var plain = await hub.GetJsonAsync("/api/models/org/model/refs");
        var more = await hub.GetJsonAsync("/api/models/org/model/refs?include_prs=1");

        Assert.Equal(["branches", "converts", "tags"], plain.AsObject().Select(pair => pair.Key));
        Assert.Equal(head, (string)plain["branches"]![0]!["targetCommit"]!);
        Assert.Equal("refs/pr/1", (string)more["pullRequests"]![0]!["ref"]!);
    }

    [Fact]
    public async Task Raw_gives_the_pointer_of_a_large_file_and_answers_to_HEAD()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["a.safetensors"] = "weights"u8.ToArray() });

        using var raw = await hub.GetAsync("/org/model/raw/main/a.safetensors");
        using var head = await hub.SendAsync(HttpMethod.Head, "/org/model/raw/main/a.safetensors");
        using var absent = await hub.SendAsync(HttpMethod.Head, "/org/model/raw/main/absent");

        Assert.StartsWith("version https://git-lfs.github.com/spec/v1\noid sha256:", await raw.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Fact]
    public async Task Ids_are_those_that_git_gives()
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { [".gitattributes"] = [], ["a.txt"] = "hello\n"u8.ToArray(), ["a/b.txt"] = [] });

        // git hash-object, and git write-tree for the two folders
        Assert.Equal("ce013625030ba8dba906f756967f9e9ca394464a", repository.Head.Files["a.txt"].BlobId);
        Assert.Equal("ec5e386905ff2d36e291086a1207f2585aaa8920", repository.Head.Folders["a"]);
        Assert.Equal("096cad9859f31969e3adad02764b7028edd8f97f", repository.Head.Folders[""]);
    }
}
