using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class AccessTests
{
    private static readonly Dictionary<string, byte[]> Files = new() { ["config.json"] = "{}"u8.ToArray() };

    [Theory]
    [InlineData("org/private")]
    [InlineData("org/absent")]
    public async Task The_anonymous_cannot_tell_a_private_repository_from_a_missing_one(string id)
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/private", Files, isPrivate: true);

        foreach (var path in new[] { $"/api/models/{id}", $"/api/models/{id}/tree/main", $"/{id}/resolve/main/config.json" })
        {
            using var answer = await hub.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("RepoNotFound", answer.Headers.GetValues("X-Error-Code").Single());
        }
    }

    [Fact]
    public async Task A_private_repository_opens_to_its_token_and_is_missing_to_others()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/private", Files, isPrivate: true);
        var other = hub.Server.AddToken("other", repository: "org/elsewhere").Value;

        using var mine = await hub.SendAsync(HttpMethod.Get, "/api/models/org/private", token: hub.Server.Token);
        using var theirs = await hub.SendAsync(HttpMethod.Get, "/api/models/org/private", token: other);
        using var wrong = await hub.SendAsync(HttpMethod.Get, "/api/models/org/private", token: "hf_wrong");

        Assert.Equal(HttpStatusCode.OK, mine.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, theirs.StatusCode);
        Assert.Equal("RepoNotFound", theirs.Headers.GetValues("X-Error-Code").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal("Invalid credentials in Authorization header", wrong.Headers.GetValues("X-Error-Message").Single());
    }

    [Fact]
    public async Task A_gated_repository_shows_its_tree_and_keeps_its_files_until_a_request_is_accepted()
    {
        await using var hub = await RunningHub.StartAsync();
        var repository = hub.Server.AddModel("org/gated", Files, gated: "manual");
        const string File = "/org/gated/resolve/main/config.json";

        Assert.Equal("manual", (string)(await hub.GetJsonAsync("/api/models/org/gated"))["gated"]!);
        Assert.NotEmpty((await hub.GetJsonAsync("/api/models/org/gated/tree/main")).AsArray());
        using var anonymous = await hub.GetAsync(File);
        using var waiting = await hub.SendAsync(HttpMethod.Get, File, token: hub.Server.Token);
        repository.Accepted["tester"] = true;
        using var accepted = await hub.SendAsync(HttpMethod.Get, File, token: hub.Server.Token);

        Assert.Equal((HttpStatusCode.Unauthorized, "GatedRepo"), (anonymous.StatusCode, anonymous.Headers.GetValues("X-Error-Code").Single()));
        Assert.Equal((HttpStatusCode.Forbidden, "GatedRepo"), (waiting.StatusCode, waiting.Headers.GetValues("X-Error-Code").Single()));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, accepted.StatusCode);
    }

    [Theory]
    [InlineData("/api/models/org/old?blobs=true", "/api/models/org/new?blobs=true")]
    [InlineData("/org/old/resolve/main/config.json", "/org/new/resolve/main/config.json")]
    public async Task A_renamed_repository_is_a_relative_307_to_its_new_name(string path, string location)
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/new", Files, renamedFrom: "org/old");

        using var answer = await hub.GetAsync(path);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, answer.StatusCode);
        Assert.Equal(location, answer.Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_disabled_repository_says_so_in_the_words_that_clients_know()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", Files).IsDisabled = true;

        using var answer = await hub.GetAsync("/api/models/org/model");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("Access to this resource is disabled.", answer.Headers.GetValues("X-Error-Message").Single());
    }

    [Fact]
    public async Task Every_answer_tells_the_quota()
    {
        await using var hub = await RunningHub.StartAsync();

        using var answer = await hub.GetAsync("/api/models/org/absent");

        Assert.Matches("^\"api\";r=[0-9]+;t=[0-9]+$", answer.Headers.GetValues("RateLimit").Single());
    }

    [Fact]
    public async Task Who_am_I_names_the_user_and_the_role_of_the_token()
    {
        await using var hub = await RunningHub.StartAsync();
        var reader = hub.Server.AddToken("reader", canWrite: false).Value;

        using var answer = await hub.SendAsync(HttpMethod.Get, "/api/whoami-v2", token: reader);
        var who = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal("reader", (string)who["name"]!);
        Assert.Equal("read", (string)who["auth"]!["accessToken"]!["role"]!);
    }

    [Fact]
    public async Task Behind_a_mirror_every_address_begins_with_its_path()
    {
        await using var hub = await RunningHub.StartAsync(new() { PathPrefix = "/mirror/hf", PageSize = 1 });
        hub.Server.AddModel("org/model", Files, renamedFrom: "org/old");

        using var renamed = await hub.GetAsync("/org/old/resolve/main/config.json");
        using var file = await hub.GetAsync("/org/model/resolve/main/config.json");
        using var tree = await hub.GetAsync("/api/models/org/model/tree/main");

        Assert.Equal("/mirror/hf/org/model/resolve/main/config.json", renamed.Headers.Location!.ToString());
        Assert.StartsWith("/mirror/hf/api/resolve-cache/", file.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"<{hub.Server.Endpoint}/api/models/org/model/tree/main?", tree.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
    }
}
