using System.Net;
using System.Text;
using Xunit;

namespace MergeOps.Tests.TestHub;

public sealed class ResolveTests
{
    private static readonly byte[] Weights = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];

    [Fact]
    public async Task A_regular_file_is_a_relative_307_and_then_the_bytes_under_their_git_blob_id()
    {
        await using var hub = await StartAsync();

        using var first = await hub.SendAsync(HttpMethod.Head, "/org/model/resolve/main/config.json");
        Assert.Equal(HttpStatusCode.TemporaryRedirect, first.StatusCode);
        Assert.False(first.Headers.Location!.IsAbsoluteUri);
        Assert.Equal(hub.Server.Repository("org/model").Head.Id, first.Headers.GetValues("X-Repo-Commit").Single());

        using var second = await hub.GetAsync(first.Headers.Location.ToString());
        Assert.Equal("{}", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        // printf '{}' | git hash-object --stdin
        Assert.Equal("\"9e26dfeeb6e641a33dae4961196235bdb965b21b\"", second.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_large_file_is_a_302_to_a_host_that_refuses_tokens()
    {
        await using var hub = await StartAsync();

        using var first = await hub.SendAsync(HttpMethod.Head, "/org/model/resolve/main/model.safetensors");
        Assert.Equal(HttpStatusCode.Found, first.StatusCode);
        Assert.Equal(hub.Server.CdnEndpoint.Authority, first.Headers.Location!.Authority);
        Assert.Equal("1000", first.Headers.GetValues("X-Linked-Size").Single());
        Assert.Equal("\"" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Weights)) + "\"", first.Headers.GetValues("X-Linked-Etag").Single());

        using var withToken = await hub.SendAsync(HttpMethod.Get, first.Headers.Location.ToString(), token: hub.Server.Token);
        Assert.Equal(HttpStatusCode.BadRequest, withToken.StatusCode);

        using var without = await hub.GetAsync(first.Headers.Location.ToString());
        Assert.Equal(Weights, await without.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.DoesNotContain(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Weights)), without.Headers.ETag!.Tag, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-9", 206, "bytes 0-9/1000", 0, 10)]
    [InlineData("bytes=990-", 206, "bytes 990-999/1000", 990, 10)]
    [InlineData("bytes=-5", 206, "bytes 995-999/1000", 995, 5)]
    [InlineData("bytes=1000-", 416, "bytes */1000", 0, 0)]
    public async Task A_range_gives_206_with_what_was_asked_for_and_416_beyond_the_end(string range, int status, string contentRange, int from, int count)
    {
        await using var hub = await StartAsync();
        using var first = await hub.GetAsync("/org/model/resolve/main/model.safetensors");

        using var answer = await hub.GetAsync(first.Headers.Location!.ToString(), ("Range", range));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(contentRange, answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(Weights[from..(from + count)], await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_missing_file_and_a_missing_revision_each_have_their_code_and_the_file_s_404_has_the_commit()
    {
        await using var hub = await StartAsync();

        using var file = await hub.GetAsync("/org/model/resolve/main/absent.json");
        Assert.Equal(HttpStatusCode.NotFound, file.StatusCode);
        Assert.Equal("EntryNotFound", file.Headers.GetValues("X-Error-Code").Single());
        Assert.Equal(hub.Server.Repository("org/model").Head.Id, file.Headers.GetValues("X-Repo-Commit").Single());

        using var revision = await hub.GetAsync("/org/model/resolve/absent/config.json");
        Assert.Equal(HttpStatusCode.NotFound, revision.StatusCode);
        Assert.Equal("RevisionNotFound", revision.Headers.GetValues("X-Error-Code").Single());
        Assert.False(revision.Headers.Contains("X-Repo-Commit"));
    }

    [Fact]
    public async Task A_name_of_one_part_works_everywhere()
    {
        await using var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("gpt2", new Dictionary<string, byte[]> { ["folder/a b.txt"] = "hello"u8.ToArray() });

        using var first = await hub.GetAsync("/gpt2/resolve/main/folder/a%20b.txt");
        using var second = await hub.GetAsync(first.Headers.Location!.ToString());

        Assert.Equal("hello", await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("gpt2", (string)(await hub.GetJsonAsync("/api/models/gpt2"))["id"]!);
        Assert.Single((await hub.GetJsonAsync("/api/models/gpt2/tree/main/folder")).AsArray());
    }

    private static async Task<RunningHub> StartAsync()
    {
        var hub = await RunningHub.StartAsync();
        hub.Server.AddModel("org/model", new Dictionary<string, byte[]> { ["config.json"] = Encoding.ASCII.GetBytes("{}"), ["model.safetensors"] = Weights });
        return hub;
    }
}
