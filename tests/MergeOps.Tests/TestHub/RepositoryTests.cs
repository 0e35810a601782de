using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class RepositoryTests
{
    [Fact]
    public async Task A_new_repository_has_a_first_commit_and_a_second_one_of_that_name_is_409_with_its_address()
    {
        await using var hub = await RunningHub.StartAsync();
        var body = new JsonObject { ["name"] = "model", ["organization"] = "org", ["visibility"] = "private", ["type"] = "model" };

        var (made, first) = await hub.PostAsync("/api/repos/create", body);
        var (again, second) = await hub.PostAsync("/api/repos/create", body);

        Assert.Equal(HttpStatusCode.OK, made);
        Assert.Equal(HttpStatusCode.Conflict, again);
        Assert.Equal((string)first!["url"]!, (string)second!["url"]!);
        Assert.True(hub.Server.Repository("org/model").IsPrivate);
        Assert.Equal([".gitattributes"], hub.Server.Repository("org/model").Head.Files.Keys);
    }

    [Theory]
    [InlineData("a--b")]
    [InlineData("a..b")]
    [InlineData("a.git")]
    [InlineData("a b")]
    public async Task A_name_that_the_Hub_does_not_allow_is_refused(string name)
    {
        await using var hub = await RunningHub.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await hub.PostAsync("/api/repos/create", new JsonObject { ["name"] = name })).Status);
    }

    [Fact]
    public async Task Branches_and_tags_are_made_once_and_a_tag_is_removed_by_its_own_name()
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());
        var tag = new JsonObject { ["tag"] = "v1.0.0" };

        Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync("/api/models/org/model/branch/a%2Fb", new JsonObject { ["startingPoint"] = "main" })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await hub.PostAsync("/api/models/org/model/branch/a%2Fb", new JsonObject())).Status);
        Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync("/api/models/org/model/tag/a%2Fb", tag)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await hub.PostAsync("/api/models/org/model/tag/main", tag)).Status);
        Assert.Equal(repository.Head, repository.Tags["v1.0.0"]);

        using var removed = await hub.SendAsync(HttpMethod.Delete, "/api/models/org/model/tag/v1.0.0", token: hub.Server.Token);
        using var again = await hub.SendAsync(HttpMethod.Delete, "/api/models/org/model/tag/v1.0.0", token: hub.Server.Token);
        Assert.Equal(HttpStatusCode.OK, removed.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_moved_repository_is_found_by_its_old_name_and_a_deleted_one_by_none()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/old", new Dictionary<string, byte[]>());

        await hub.PostAsync("/api/repos/move", new JsonObject { ["fromRepo"] = "org/old", ["toRepo"] = "org/new", ["type"] = "model" });
        using var old = await hub.GetAsync("/api/models/org/old");
        Assert.Equal("/api/models/org/new", old.Headers.Location!.ToString());

        using var deleted = await hub.SendAsync(HttpMethod.Delete, "/api/repos/delete", RunningHub.Json(new JsonObject { ["name"] = "new", ["organization"] = "org" }), hub.Server.Token);
        using var gone = await hub.SendAsync(HttpMethod.Get, "/api/models/org/new", token: hub.Server.Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Settings_change_who_sees_it()
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/model", new Dictionary<string, byte[]>(), isPrivate: true);

        using var answer = await hub.SendAsync(HttpMethod.Put, "/api/models/org/model/settings", RunningHub.Json(new JsonObject { ["visibility"] = "public", ["gated"] = "auto" }), hub.Server.Token);

        Assert.Equal((false, "auto"), (repository.IsPrivate, repository.Gated));
    }

    [Fact]
    public async Task Info_carries_the_card_and_the_tags_that_follow_from_it()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>
        {
            ["README.md"] = "---\nlicense: llama3\nbase_model:\n- a/b\n- c/d\nbase_model_relation: merge\ntags: [merge]\n---\n# Hi\n"u8.ToArray(),
        });

        var info = await hub.GetJsonAsync("/api/models/org/model");

        Assert.Equal("llama3", (string)info["cardData"]!["license"]!);
        Assert.Equal(
            ["merge", "base_model:a/b", "base_model:c/d", "base_model:merge:a/b", "base_model:merge:c/d", "license:llama3", "region:us"],
            info["tags"]!.AsArray().Select(tag => (string)tag!));
    }
}
