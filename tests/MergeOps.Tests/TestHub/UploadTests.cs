using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class UploadTests
{
    private static readonly byte[] Weights = [.. Enumerable.Range(0, 250).Select(i => (byte)i)];
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Weights));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Preupload_obeys_the_attributes_the_size_and_the_ignore_file_and_tells_what_is_there()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { [".gitignore"] = "*.tmp\n"u8.ToArray(), ["a.safetensors"] = Weights, ["config.json"] = "{}"u8.ToArray() });

        JsonObject File(string path, long size) => new() { ["path"] = path, ["size"] = size, ["sample"] = Convert.ToBase64String("text"u8) };
        var (_, json) = await hub.PostAsync("/api/models/org/model/preupload/main", new JsonObject
        {
            ["files"] = new JsonArray(File("a.safetensors", 250), File("config.json", 2), File("empty.safetensors", 0), File("large.txt", 10 * 1024 * 1024 + 1), File("x.tmp", 1)),
        });

        var files = json!["files"]!.AsArray();
        Assert.Equal(["lfs", "regular", "regular", "lfs", "regular"], files.Select(file => (string)file!["uploadMode"]!));
        Assert.Equal([false, false, false, false, true], files.Select(file => (bool)file!["shouldIgnore"]!));
        Assert.Equal([Sha256, "9e26dfeeb6e641a33dae4961196235bdb965b21b", null, null, null], files.Select(file => (string?)file!["oid"]));
    }

    [Fact]
    public async Task A_large_object_goes_to_the_content_host_in_one_piece_without_a_token_and_with_its_length()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());
        var upload = (await BatchAsync(hub))["actions"]!["upload"]!;
        var href = (string)upload["href"]!;
        Assert.Null(upload["header"]?["chunk_size"]);

        using var withToken = await hub.SendAsync(HttpMethod.Put, href, new ByteArrayContent(Weights), hub.Server.Token);
        using var chunked = await hub.SendAsync(HttpMethod.Put, href, new StreamContent(new Endless(Weights)));
        using var right = await hub.SendAsync(HttpMethod.Put, href, new ByteArrayContent(Weights));

        Assert.Equal(HttpStatusCode.BadRequest, withToken.StatusCode);
        Assert.Equal(HttpStatusCode.LengthRequired, chunked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Null((await BatchAsync(hub))["actions"]);
        Assert.Equal(HttpStatusCode.OK, (await hub.PostAsync("/org/model.git/info/lfs/verify", new JsonObject { ["oid"] = Sha256, ["size"] = 250 })).Status);
    }

    [Fact]
    public async Task A_large_object_goes_in_parts_whose_tags_join_it()
    {
        await using var hub = await RunningHub.StartAsync(new() { MultipartThreshold = 100, PartSize = 100 });
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());
        var upload = (await BatchAsync(hub))["actions"]!["upload"]!;
        var header = upload["header"]!.AsObject();
        Assert.Equal("100", (string)header["chunk_size"]!);
        Assert.Equal(["00001", "00002", "00003"], header.Select(pair => pair.Key).Where(key => key != "chunk_size"));

        var parts = new JsonArray();
        for (var number = 1; number <= 3; number++)
        {
            using var put = await hub.SendAsync(HttpMethod.Put, (string)header[$"{number:00000}"]!, new ByteArrayContent(Weights[((number - 1) * 100)..Math.Min(number * 100, 250)]));
            parts.Add(new JsonObject { ["partNumber"] = number, ["etag"] = put.Headers.ETag!.Tag });
        }

        var unquoted = new JsonArray([.. parts.Select(part => new JsonObject { ["partNumber"] = (int)part!["partNumber"]!, ["etag"] = ((string)part["etag"]!).Trim('"') })]);
        using var wrong = await hub.SendAsync(HttpMethod.Post, (string)upload["href"]!, RunningHub.Json(new JsonObject { ["oid"] = Sha256, ["parts"] = unquoted }));
        using var right = await hub.SendAsync(HttpMethod.Post, (string)upload["href"]!, RunningHub.Json(new JsonObject { ["oid"] = Sha256, ["parts"] = parts }));

        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Null((await BatchAsync(hub))["actions"]);
    }

    [Fact]
    public async Task Bytes_that_are_not_those_promised_are_not_kept()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]>());
        var href = (string)(await BatchAsync(hub))["actions"]!["upload"]!["href"]!;

        using var put = await hub.SendAsync(HttpMethod.Put, href, new ByteArrayContent(new byte[250]));

        Assert.NotNull((await BatchAsync(hub))["actions"]);
        Assert.Equal(HttpStatusCode.NotFound, (await hub.PostAsync("/org/model.git/info/lfs/verify", new JsonObject { ["oid"] = Sha256, ["size"] = 250 })).Status);
    }

    [Fact]
    public async Task A_signed_url_ends_and_no_other_signature_opens()
    {
        await using var hub = await RunningHub.StartAsync(new() { SignedUrlLifetime = TimeSpan.FromSeconds(-10) });
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["a.safetensors"] = Weights });
        using var first = await hub.GetAsync("/org/model/resolve/main/a.safetensors");
        var url = first.Headers.Location!.ToString();

        using var expired = await hub.GetAsync(url);
        using var forged = await hub.GetAsync(url[..^1] + (url[^1] == '0' ? '1' : '0'));

        Assert.Equal(HttpStatusCode.Forbidden, expired.StatusCode);
        Assert.Contains("Request has expired", await expired.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Contains("SignatureDoesNotMatch", await forged.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> BatchAsync(RunningHub hub)
    {
        var content = RunningHub.Json(new JsonObject
        {
            ["operation"] = "upload",
            ["transfers"] = new JsonArray("basic", "multipart"),
            ["objects"] = new JsonArray(new JsonObject { ["oid"] = Sha256, ["size"] = 250 }),
            ["hash_algo"] = "sha256",
            ["ref"] = new JsonObject { ["name"] = "main" },
        });
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.git-lfs+json");
        using var answer = await hub.SendAsync(HttpMethod.Post, "/org/model.git/info/lfs/objects/batch", content, hub.Server.Token);
        Assert.Equal("application/vnd.git-lfs+json", answer.Content.Headers.ContentType!.MediaType);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["objects"]![0]!;
    }

    /// <summary>A stream without a length, so that a client can only send it in chunks.</summary>
    private sealed class Endless(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
