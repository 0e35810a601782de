using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class TreeTests
{
    [Fact]
    public async Task A_tree_comes_in_pages_with_a_link_to_the_next_until_all_is_told()
    {
        await using var hub = await StartAsync(pageSize: 2);
        var seen = new List<string>();

        for (var url = "/api/models/org/model/tree/main?recursive=true&expand=false"; url is not null;)
        {
            using var page = await hub.GetAsync(url);
            var entries = JsonNode.Parse(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray();
            Assert.InRange(entries.Count, 1, 2);
            seen.AddRange(entries.Select(entry => (string)entry!["path"]!));
            url = page.Headers.TryGetValues("Link", out var link) ? link.Single().Split('<', '>')[1] : null;
        }

        Assert.Equal([".gitattributes", "config.json", "deep", "deep/er", "deep/er/notes.txt", "model.safetensors"], seen);
    }

    [Fact]
    public async Task Trees_and_paths_info_say_lfs_oid_and_model_info_says_lfs_sha256()
    {
        await using var hub = await StartAsync();
        // printf 'weights' | sha256sum
        const string Sha256 = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c";

        var tree = (await hub.GetJsonAsync("/api/models/org/model/tree/main")).AsArray().Single(entry => (string)entry!["path"]! == "model.safetensors")!;
        var info = (await hub.GetJsonAsync("/api/models/org/model/revision/main?blobs=true"))["siblings"]!.AsArray().Single(entry => (string)entry!["rfilename"]! == "model.safetensors")!;

        Assert.Equal(Sha256, (string)tree["lfs"]!["oid"]!);
        Assert.Equal(Sha256, (string)info["lfs"]!["sha256"]!);
        Assert.Equal((string)tree["oid"]!, (string)info["blobId"]!);
        // the pointer's text has a line of 43 characters, one of 76 and one of the size
        Assert.Equal(43 + 76 + "size 7\n".Length, (int)tree["lfs"]!["pointerSize"]!);
    }

    [Fact]
    public async Task Paths_info_takes_a_form_and_json_and_leaves_out_what_is_missing()
    {
        await using var hub = await StartAsync();
        const string Url = "/api/models/org/model/paths-info/main";

        using var form = await hub.SendAsync(HttpMethod.Post, Url, new FormUrlEncodedContent([new("paths", "config.json"), new("paths", "absent"), new("paths", "deep"), new("expand", "false")]));
        var (status, json) = await hub.PostAsync(Url, new JsonObject { ["paths"] = new JsonArray("config.json", "absent", "deep"), ["expand"] = false });

        Assert.Equal(HttpStatusCode.OK, status);
        var text = await form.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(text, json!.ToJsonString());
        Assert.Equal(["file", "directory"], json.AsArray().Select(entry => (string)entry!["type"]!));
    }

    [Theory]
    [InlineData("", 1000)]
    [InlineData("&expand=true", 100)]
    [InlineData("&limit=10", 10)]
    public async Task A_page_is_as_long_as_the_Hub_documents_it(string query, int length)
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/large", Enumerable.Range(0, 1001).ToDictionary(i => $"{i}", _ => Array.Empty<byte>()));

        Assert.Equal(length, (await hub.GetJsonAsync($"/api/models/org/large/tree/main?recursive=true{query}")).AsArray().Count);
    }

    [Fact]
    public async Task More_than_a_thousand_paths_are_too_many()
    {
        await using var hub = await StartAsync();

        var (status, _) = await hub.PostAsync("/api/models/org/model/paths-info/main", new JsonObject { ["paths"] = new JsonArray([.. Enumerable.Range(0, 1001).Select(i => JsonValue.Create($"{i}"))]) });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    private static async Task<RunningHub> StartAsync(int pageSize = 1000)
    {
        var hub = await RunningHub.StartAsync(new() { PageSize = pageSize });
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>
        {
            ["config.json"] = Encoding.ASCII.GetBytes("{}"),
            ["deep/er/notes.txt"] = [],
            ["model.safetensors"] = Encoding.ASCII.GetBytes("weights"),
        });
        return hub;
    }
}
